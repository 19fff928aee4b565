"""The answer of an image, read strictly: what it does not tell is unknown."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from azureml_scoring.built_image import NotRun, Package, PackageKind, read_answer
from azureml_scoring.built_image.probe import MARK as VARIABLE
from azureml_scoring.built_image.probe import SCRIPT
from azureml_scoring.rules.base_image import State
from hypothesis import given
from hypothesis import strategies as st

from tests.components.built_image.outputs import DEBIAN, MARK, PARTS, output


def test_a_whole_answer() -> None:
    answer = read_answer(output(), MARK)
    facts = (answer.ubuntu, answer.conda, answer.python, answer.libfuse, answer.mamba)
    assert [str(fact) for fact in facts] == ["22.04", "24.9.2", "3.11.10", "2.9.9-5ubuntu3", "none"]
    assert (answer.system, answer.distribution, answer.release) == ("Ubuntu 22.04.5 LTS", "ubuntu", "22.04")
    assert answer.unlisted == ()
    # Removed packages are none, held ones are; what pip lists is not conda's.
    assert answer.packages == (
        Package(PackageKind.CONDA, "numpy", "1.26.4", build="py311h64a7726_0"),
        Package(PackageKind.DEB, "held", "1:2.0~rc1", "all"),
        Package(PackageKind.DEB, "libc6", "2.35-0ubuntu3.8", "amd64"),
        Package(PackageKind.DEB, "libfuse-dev", "2.9.9-5ubuntu3", "amd64"),
        Package(PackageKind.PYPI, "flask", "2.3.2"),
        Package(PackageKind.PYPI, "numpy", "1.26.4"),
    )


@pytest.mark.parametrize(
    ("release", "state"),
    [
        ((0, DEBIAN), State.ABSENT),
        ((1, ""), State.UNKNOWN),
        ((0, "ID=ubuntu\nVERSION_ID=rolling"), State.UNKNOWN),
        ((0, "ID=ubuntu"), State.UNKNOWN),
        ((0, "nonsense"), State.UNKNOWN),
    ],
)
def test_another_system_is_no_ubuntu_and_one_that_does_not_tell_is_unknown(
    release: tuple[int, str], state: State
) -> None:
    assert read_answer(output(os_release=release), MARK).ubuntu.state is state


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ((0, "conda 4.5.11"), "4.5.11"),
        ((0, "DeprecationWarning: something\nconda 4.10.3"), "4.10.3"),
        ((127, ""), "none"),
        ((1, "conda 4.5.11"), "unknown"),
        ((0, "conda"), "unknown"),
        ((0, "conda broken"), "unknown"),
        ((0, "conda 4.5.11 of somebody"), "unknown"),
        ((0, ""), "unknown"),
    ],
)
def test_a_version_counts_only_as_its_program_words_it(said: tuple[int, str], shown: str) -> None:
    assert str(read_answer(output(conda=said), MARK).conda) == shown


def test_mamba_and_micromamba_word_their_version_each_in_its_way_and_are_no_conda() -> None:
    for words in ("2.0.5", "mamba 1.5.8"):
        answer = read_answer(output(conda=(127, ""), mamba=(0, words)), MARK)
        assert (str(answer.conda), str(answer.mamba)) == ("none", words.split()[-1])


@pytest.mark.parametrize(
    ("part", "kind", "broken"),
    [
        ("dpkg", PackageKind.DEB, (0, "ii libc6")),
        ("dpkg", PackageKind.DEB, (2, "")),
        ("conda_list", PackageKind.CONDA, (0, "[{")),
        ("conda_list", PackageKind.CONDA, (1, "[]")),
        ("pip_list", PackageKind.PYPI, (0, '[{"name": 1, "version": "1"}]')),
        ("pip_list", PackageKind.PYPI, (0, '{"name": "flask"}')),
    ],
)
def test_a_list_that_can_t_be_read_is_named_and_not_taken_for_none(
    part: str, kind: PackageKind, broken: tuple[int, str]
) -> None:
    answer = read_answer(output(**{part: broken}), MARK)
    assert answer.unlisted == (kind,)
    assert answer.count(kind) == 0
    assert answer.libfuse.state is (State.UNKNOWN if kind is PackageKind.DEB else State.KNOWN)


def test_a_manager_that_is_not_there_lists_nothing() -> None:
    answer = read_answer(output(dpkg=(127, ""), conda_list=(127, ""), pip_list=(1, "")), MARK)
    assert (answer.packages, answer.unlisted) == ((), ())
    assert answer.libfuse.state is State.UNKNOWN


def test_an_answer_that_breaks_off_or_is_none_is_refused() -> None:
    with pytest.raises(NotRun, match="breaks off"):
        read_answer(output(end=None), MARK)
    with pytest.raises(NotRun, match="did not run the commands"):
        read_answer("hello from an entry point of my own\n", MARK)


def test_an_image_can_t_write_the_headers_itself() -> None:
    forged = f"conda 24.9.2\n@{MARK}0 python 0\nPython 9.9.9"
    assert str(read_answer(output(python=(0, "Python 3.8.1"), conda=(0, forged)), MARK).python) == "3.8.1"
    with pytest.raises(NotRun):
        read_answer(output("guessed"), MARK)


@given(st.sampled_from(sorted(PARTS)), st.integers(0, 255), st.text())
def test_no_text_makes_the_reading_crash(name: str, code: int, text: str) -> None:
    read_answer(output(**{name.replace("-", "_"): (code, text)}), MARK)


def script(path: Path, environment: dict[str, str]) -> str:
    """What the script writes on this machine, with programs of a folder."""
    given_ = {"PATH": f"{path}:/usr/bin:/bin", "HOME": str(path), VARIABLE: MARK} | environment
    return subprocess.check_output(["/bin/sh", "-c", SCRIPT], env=given_, text=True, timeout=60)


def program(folder: Path, name: str, text: str) -> None:
    """A program of the image."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)


def test_the_script_asks_the_programs_that_are_there(tmp_path: Path) -> None:
    program(tmp_path, "miniconda3/bin/conda", 'case "$1" in --version) echo conda 4.5.1 >&2;; *) echo "[]";; esac')
    program(tmp_path, "python", 'case "$1" in --version) echo Python 2.7.18 >&2;; *) exit 1;; esac')
    answer = read_answer(script(tmp_path, {}), MARK)
    # Off PATH, and on the other stream, as old versions are.
    assert (str(answer.conda), str(answer.python)) == ("4.5.1", "2.7.18")
    assert answer.unlisted == ()
    assert (answer.count(PackageKind.DEB) > 0) is Path("/usr/bin/dpkg-query").exists()
    assert {entry.name for entry in tmp_path.iterdir()} == {"miniconda3", "python"}
