"""The policy packs of this repository as options of `pulumi preview` and `pulumi up`.

`python -m tools.policies` writes them, a line each, with the configuration that a repository has for them.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "policy"


def packs() -> list[Path]:
    """The folders of the packs."""
    return sorted(manifest.parent for manifest in FOLDER.glob("*/PulumiPolicy.yaml"))


def options(*names: str) -> list[str]:
    """What makes a pulumi command run some packs, or all, at the levels that their rules have; they run on this Python.

    A pack looks for its virtual environment in its own folder: here it is the project's, unless somebody made one.
    """
    found = [FOLDER / name for name in names] or packs()
    for environment in (pack / "venv" for pack in found):
        if not environment.exists():
            environment.unlink(missing_ok=True)
            environment.symlink_to(sys.prefix)
    return [option for pack in found for option in ("--policy-pack", str(pack))]


def configured() -> list[str]:
    """The options with `policy/<pack>.json`, the configuration of a pack, where there is one."""
    files = [pack.with_suffix(".json") for pack in packs()]
    if not any(file.exists() for file in files):
        return options()
    # The engine takes one for each pack, or none at all.
    chosen = [str(file if file.exists() else FOLDER / "unconfigured.json") for file in files]
    return [*options(), *(option for file in chosen for option in ("--policy-pack-config", file))]


def copy_elsewhere(pack: str, folder: Path) -> Path:
    """A copy of a pack with an environment of its own, as other projects have it."""
    target = shutil.copytree(FOLDER / pack, folder, ignore=shutil.ignore_patterns("venv", "__pycache__"))
    (target / "venv").symlink_to(sys.prefix)
    return Path(target)


if __name__ == "__main__":
    sys.stdout.write("\n".join(configured()) + "\n")
