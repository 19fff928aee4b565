"""Writes the files of an adoption: all of them, or none."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from azureml_scoring.rules import Problem

from tools.adopt.errors import Misuse, OutputTaken


def write_files(folder: Path, files: Mapping[str, str], *, force: bool) -> list[Path]:
    """Writes files into a folder, which is made where it is missing.

    Each is written beside its place first and takes it by a rename: nobody finds half of a file.

    Args:
        folder: Where they go.
        files: Their texts by name.
        force: Whether files of the same names are overwritten.

    Raises:
        OutputTaken: One is there already; none is written.
        Misuse: They can't be written.
    """
    paths = [folder / name for name in files]
    if not force and (taken := [path for path in paths if path.exists()]):
        raise OutputTaken(taken)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".adopt-") as unfinished:
            for name, text in files.items():
                Path(unfinished, name).write_text(text, encoding="utf-8")
            for path in paths:
                Path(unfinished, path.name).replace(path)
    except OSError as error:
        rule = "must be a folder that can be written to"
        raise Misuse([Problem("--out", rule, str(folder), f"another one ({error.strerror})")]) from error
    return paths
