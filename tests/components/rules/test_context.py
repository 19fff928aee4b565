"""Build contexts: the same files give the same hash and the same bytes, and nothing else does."""

from __future__ import annotations

import os
import socket
import tarfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from azureml_scoring.rules.context import BuildContext, InvalidContext


def folder(root: Path, files: dict[str, str]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return root


def paths(context: BuildContext) -> list[str]:
    return [entry.path for entry in context.files]


def test_a_folder_in_order(tmp_path: Path) -> None:
    root = folder(tmp_path, {"b/z": "", "Dockerfile": "FROM a", "b/a": "", "a.txt": ""})
    assert paths(BuildContext.from_directory(root)) == ["Dockerfile", "a.txt", "b/a", "b/z"]


def test_ignore_file(tmp_path: Path) -> None:
    files = {
        "Dockerfile": "",
        ".dockerignore": "*\n!src\n**/*.pyc\n",
        "data/big": "",
        "src/a.py": "",
        "src/b/a.pyc": "",
    }
    assert paths(BuildContext.from_directory(folder(tmp_path, files))) == [".dockerignore", "Dockerfile", "src/a.py"]


def test_exception_below_an_ignored_folder(tmp_path: Path) -> None:
    files = {"Dockerfile": "", ".dockerignore": "data\n!data/keep/*\n", "data/x": "", "data/keep/y": "", "data/z/y": ""}
    found = paths(BuildContext.from_directory(folder(tmp_path, files)))
    assert found == [".dockerignore", "Dockerfile", "data/keep/y"]


def test_the_ignore_file_of_one_dockerfile_wins(tmp_path: Path) -> None:
    files = {"d/[1]": "", "d/[1].dockerignore": "*", ".dockerignore": "", "d/1": "", "other": ""}
    assert paths(BuildContext.from_directory(folder(tmp_path, files), "d/[1]")) == ["d/[1]", "d/[1].dockerignore"]


def test_hash_ignores_times_and_order_but_not_content_mode_or_name(tmp_path: Path) -> None:
    one = folder(tmp_path / "one", {"Dockerfile": "FROM a", "x": "1"})
    two = folder(tmp_path / "two", {"x": "1", "Dockerfile": "FROM a"})
    os.utime(two / "x", (0, 0))
    (two / "x").chmod(0o600)
    same = BuildContext.from_directory(one).hash
    assert same == BuildContext.from_directory(two).hash
    assert len(same) == 64
    (two / "x").chmod(0o700)
    executable = BuildContext.from_directory(two).hash
    (two / "x").chmod(0o600)
    (two / "x").write_text("2", encoding="utf-8")
    changed = BuildContext.from_directory(two).hash
    (one / "x").rename(one / "y")
    renamed = BuildContext.from_directory(one).hash
    assert len({same, executable, changed, renamed}) == 4


def test_hash_is_stable_over_versions() -> None:
    context = BuildContext.from_files({"Dockerfile": b"FROM ubuntu:22.04\n", "app/score.py": b"x"})
    assert context.hash == "cde0a52c9e3aa217900d51cf2c5f0a14481cc416e919332ae6016c16e1858dd3"


def test_the_tarball_is_the_same_every_time_and_holds_the_files(tmp_path: Path) -> None:
    root = folder(tmp_path / "in", {"Dockerfile": "FROM a", "run.sh": "#!", "n\u00e9\u00e9/" + "long" * 60: "deep"})
    (root / "run.sh").chmod(0o755)
    (root / "link").symlink_to("run.sh")
    BuildContext.from_directory(root).write(tmp_path / "1.tar.gz")
    time.sleep(0.01)
    os.utime(root / "run.sh")
    BuildContext.from_directory(root).write(tmp_path / "2.tar.gz")
    assert (tmp_path / "1.tar.gz").read_bytes() == (tmp_path / "2.tar.gz").read_bytes()
    with tarfile.open(tmp_path / "1.tar.gz") as archive:
        members = archive.getmembers()
        assert [member.name for member in members] == ["Dockerfile", "link", "n\u00e9\u00e9/" + "long" * 60, "run.sh"]
        assert [member.mode for member in members] == [0o644, 0o777, 0o644, 0o755]
        assert {(member.mtime, member.uid, member.gid, member.uname) for member in members} == {(0, 0, 0, "")}
        assert members[1].linkname == "run.sh"
        content = archive.extractfile(members[2])
        assert content is not None
        assert content.read() == b"deep"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.tar.gz", "2.tar.gz", "in"]


@pytest.mark.parametrize("change", ["longer", "shorter", "other", "gone"])
def test_a_file_that_changes_after_it_was_hashed_is_refused(tmp_path: Path, change: str) -> None:
    root = folder(tmp_path / "in", {"Dockerfile": "FROM a", "x": "before"})
    context = BuildContext.from_directory(root)
    assert context.hash
    if change == "gone":
        (root / "x").unlink()
    else:
        (root / "x").write_text({"longer": "before!", "shorter": "b", "other": "beforE"}[change], encoding="utf-8")
    with pytest.raises(InvalidContext, match=r"changed while|can't be read"):
        context.write(tmp_path / "out.tar.gz")
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_files_from_several_places(tmp_path: Path) -> None:
    model = folder(tmp_path / "model", {"a/model.bin": "m", "a/__pycache__/x.pyc": ""})
    score = folder(tmp_path, {"my_score.py": "def run(): ..."}) / "my_score.py"
    context = BuildContext.from_files(
        {"app/score.py": score, "models": model, "Dockerfile": b"FROM a"}, ignore=["**/__pycache__"]
    )
    assert paths(context) == ["Dockerfile", "app/score.py", "models/a/model.bin"]
    assert paths(BuildContext.from_files({".": model}, ignore=["a/__pycache__"])) == ["a/model.bin"]


def test_added_files_take_the_place_of_others(tmp_path: Path) -> None:
    root = folder(tmp_path, {"Dockerfile": "FROM a", "x": ""})
    context = BuildContext.from_directory(root).adding({"Dockerfile": b"FROM b", "requirements.txt": b""})
    assert paths(context) == ["Dockerfile", "requirements.txt", "x"]
    assert context.files[0].source == b"FROM b"


@pytest.mark.parametrize("destination", ["/etc/passwd", "../x", "a/../../x", "", ".", "a\0b"])
def test_a_destination_outside_the_context_is_refused(destination: str) -> None:
    with pytest.raises(InvalidContext, match="inside the context"):
        BuildContext.from_files({destination: b""})


def test_clashes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidContext, match="given twice"):
        BuildContext.from_files({"a": b"", "./a": b""})
    with pytest.raises(InvalidContext, match=r"a is a file, and the folder of a/b"):
        BuildContext.from_files({"a/b": b"", "a": b"", "a-": b""})
    with pytest.raises(InvalidContext, match="doesn't exist"):
        BuildContext.from_files({"a": tmp_path / "missing"})


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidContext, match=r"nowhere doesn't exist; it must be a folder"):
        BuildContext.from_directory(tmp_path / "nowhere")
    with pytest.raises(InvalidContext, match=r"Dockerfile doesn't exist; it must be the Dockerfile"):
        BuildContext.from_directory(tmp_path)
    folder(tmp_path, {"Dockerfile": ""})
    with pytest.raises(InvalidContext, match="must be a folder"):
        BuildContext.from_directory(tmp_path / "Dockerfile")
    with pytest.raises(InvalidContext, match="inside the context"):
        BuildContext.from_directory(tmp_path, "../Dockerfile")


def test_bad_ignore_file_is_named(tmp_path: Path) -> None:
    root = folder(tmp_path, {"Dockerfile": "", ".dockerignore": "[a"})
    with pytest.raises(InvalidContext, match=r"\.dockerignore can't be used: ignore pattern '\[a'"):
        BuildContext.from_directory(root)


def test_what_is_no_file_is_refused_unless_ignored(tmp_path: Path) -> None:
    root = folder(tmp_path, {"Dockerfile": ""})
    with socket.socket(socket.AF_UNIX) as listener:
        here = Path.cwd()
        os.chdir(root)  # a socket's path is short
        try:
            listener.bind("s")
        finally:
            os.chdir(here)
    with pytest.raises(InvalidContext, match="neither a file nor a symbolic link"):
        BuildContext.from_directory(root)
    folder(root, {".dockerignore": "s"})
    assert paths(BuildContext.from_directory(root)) == [".dockerignore", "Dockerfile"]


def test_a_link_to_a_folder_stays_a_link(tmp_path: Path) -> None:
    root = folder(tmp_path, {"Dockerfile": "", "src/a": ""})
    (root / "loop").symlink_to(".")
    context = BuildContext.from_directory(root)
    assert paths(context) == ["Dockerfile", "loop", "src/a"]
    first = context.hash
    (root / "loop").unlink()
    (root / "loop").symlink_to("src")
    assert BuildContext.from_directory(root).hash != first


def measured(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of this process that the best of three runs takes, and what the last one gives."""
    taken = []
    for _ in range(3):
        started = time.process_time()
        result = work()
        taken.append(time.process_time() - started)
    return min(taken), result


def test_ten_thousand_files_are_quick(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_bytes(b"")
    (tmp_path / ".dockerignore").write_bytes(b"**/*.pyc\n.git\n!keep\n")
    for number in range(10_000):
        if number % 100 == 0:
            (tmp_path / str(number)).mkdir()
        (tmp_path / str(number - number % 100) / f"{number}.txt").write_bytes(b"x" * 500)
    plain, _ = measured(lambda: [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()])
    taken, context = measured(lambda: BuildContext.from_directory(tmp_path))
    assert context.hash
    assert len(context.files) == 10_002
    assert taken <= 3 * plain, (taken, plain)
