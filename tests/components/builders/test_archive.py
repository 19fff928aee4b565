"""The file that is uploaded: whose it is, and how long it stays."""

from __future__ import annotations

import os
import re
import tempfile
import time
from pathlib import Path

import pytest
from azureml_scoring import ComponentError, CustomBaseImage
from azureml_scoring.builders._archive import context_archive
from azureml_scoring.rules import BuildContext

from tests.components import inputs
from tests.components.mocked import deploy

CONTEXT = BuildContext.from_files({"Dockerfile": b"FROM scratch\n"})
OTHER = BuildContext.from_files({"Dockerfile": b"FROM scratch AS other\n"})
WEEK = 7 * 24 * 3600


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own folder, in a place for temporary files that is this test's."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path / f"azureml-scoring-{os.getuid()}"


def age(path: Path, seconds: float) -> None:
    """Makes a file older."""
    then = time.time() - seconds
    os.utime(path, (then, then))


def test_the_same_content_is_the_same_file_and_nobody_else_s_to_read(own: Path) -> None:
    path = context_archive(CONTEXT)
    written = path.stat().st_mtime_ns
    assert context_archive(BuildContext.from_files({"Dockerfile": b"FROM scratch\n"})) == path
    assert path.stat().st_mtime_ns > written
    assert list(own.iterdir()) == [path]
    assert own.stat().st_mode & 0o777 == 0o700


def test_what_no_program_asked_for_in_a_week_is_removed(own: Path) -> None:
    path, other = context_archive(CONTEXT), context_archive(OTHER)
    unfinished = own / f".{path.name}.x"
    unfinished.write_bytes(b"")
    for each, seconds in ((path, WEEK - 60), (other, WEEK + 60), (unfinished, WEEK + 60)):
        age(each, seconds)
    context_archive(CONTEXT)
    assert list(own.iterdir()) == [path]


def test_one_that_is_asked_for_is_kept_however_old(own: Path) -> None:
    path = context_archive(CONTEXT)
    age(path, WEEK + 60)
    assert context_archive(CONTEXT) == path
    assert list(own.iterdir()) == [path]


def test_a_folder_of_somebody_else_is_not_written_to(own: Path) -> None:
    (own.parent / "elsewhere").mkdir()
    own.symlink_to(own.parent / "elsewhere")
    message = f"build context: {own} belongs to somebody else; set TMPDIR to a folder of your own"
    with pytest.raises(ComponentError, match=re.escape(message)):
        deploy(lambda: CustomBaseImage("base", inputs.base_image()))
    assert list((own.parent / "elsewhere").iterdir()) == []


def test_where_users_have_no_number_the_folder_for_temporary_files_is_each_ones_own(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "getuid")
    assert context_archive(CONTEXT).parent == own.parent / "azureml-scoring"
