"""What is mounted below a folder: an engine and debootstrap mount things, and may leave them when they are ended."""

from __future__ import annotations

from pathlib import Path

from tools.e2e_docker.watch import run


def unmount_below(folder: Path) -> None:
    """Takes away every mount below a folder, the innermost first; what was mounted is not touched."""
    mounted = [Path(line.split()[1]) for line in Path("/proc/mounts").read_text().splitlines()]
    for place in reversed([path for path in mounted if path.is_relative_to(folder)]):
        run(["umount", "--lazy", str(place)], "unmounting")
