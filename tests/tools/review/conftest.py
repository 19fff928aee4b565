"""Recorded previews, and a repository with the history of their Dockerfile."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tools.review.events import read
from tools.review.history import Repository
from tools.review.preview import Preview

SAMPLES = Path(__file__).parent / "samples"
Git = Callable[..., str]


@pytest.fixture(scope="session")
def sample() -> Callable[[str], Preview]:
    """A recorded preview by its name."""

    @cache
    def named(name: str) -> Preview:
        return read((SAMPLES / f"{name}.jsonl").read_text().splitlines(), name)

    return named


def git_in(folder: Path) -> Git:
    """Git in a folder, without the settings of whoever runs the tests."""

    def run(*arguments: str) -> str:
        who = ["-c", "user.name=test", "-c", "user.email=test@example.invalid", "-c", "commit.gpgsign=false"]
        command = ["git", "-C", str(folder), *who, *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    return run


def with_history(folder: Path) -> Repository:
    """The Dockerfile of the samples: deployed, then changed twice; the last time is not committed."""
    git, place = git_in(folder), folder / "examples" / "diabetes" / "Dockerfile"
    git("init", "--quiet")
    place.parent.mkdir(parents=True)
    after = (SAMPLES / "after.Dockerfile").read_text()
    for text in ((SAMPLES / "before.Dockerfile").read_text(), after.replace("3.12", "3.13")):
        place.write_text(text)
        git("add", ".")
        git("commit", "--quiet", "--message", "one")
    place.write_text(after)
    return Repository(folder)


@pytest.fixture(scope="session")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """A repository to read."""
    return with_history(tmp_path_factory.mktemp("repository"))


@pytest.fixture
def changing(tmp_path: Path) -> Repository:
    """A repository, in `tmp_path`, whose files a test changes."""
    return with_history(tmp_path)
