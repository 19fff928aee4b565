"""Outputs of the probe in the shapes that the programs have, written by hand."""

from __future__ import annotations

import json

MARK = "d1ce"
UBUNTU = 'NAME="Ubuntu"\nVERSION_ID="22.04"\nID=ubuntu\nID_LIKE=debian\nPRETTY_NAME="Ubuntu 22.04.5 LTS"\n'
DEBIAN = "PRETTY_NAME='Debian GNU/Linux 13 (trixie)'\nID=debian\nVERSION_ID=13\n"
DPKG = (
    "ii \tlibc6\t2.35-0ubuntu3.8\tamd64\nii \tlibfuse-dev\t2.9.9-5ubuntu3\tamd64\n"
    "rc \told-kernel\t1.0\tamd64\nhi \theld\t1:2.0~rc1\tall"
)
CONDA = json.dumps(
    [
        {"name": "numpy", "version": "1.26.4", "build_string": "py311h64a7726_0", "channel": "conda-forge"},
        {"name": "flask", "version": "2.3.2", "build_string": "pypi_0", "channel": "pypi"},
    ]
)
PIP = json.dumps([{"name": "flask", "version": "2.3.2"}, {"name": "numpy", "version": "1.26.4"}])
PARTS: dict[str, tuple[int, str]] = {
    "os-release": (0, UBUNTU),
    "conda": (0, "conda 24.9.2"),
    "mamba": (127, ""),
    "python": (0, "Python 3.11.10"),
    "dpkg": (0, DPKG),
    "conda-list": (0, CONDA),
    "pip-list": (0, PIP),
    "end": (0, ""),
}


def output(mark: str = MARK, /, **changes: tuple[int, str] | None) -> str:
    """What the probe writes, with parts changed; None leaves one out. In a name `_` stands for `-`."""
    parts = PARTS | {name.replace("_", "-"): value for name, value in changes.items()}
    written = [(name, part) for name, part in parts.items() if part is not None]
    return "".join(f"\n@{mark} {name} {code}\n{text}\n" for name, (code, text) in written)
