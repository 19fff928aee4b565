"""The engine on PATH is used when it is new enough and has its language host."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.pulumi import on_path as source
from tools.pulumi.errors import NotOnPath

pytestmark = pytest.mark.usefixtures("cache_root")
Add = Callable[[str, str], Path]


def test_used_as_it_is(on_path: Add) -> None:
    engine = on_path("pulumi", "echo v3.250.0")
    on_path("pulumi-language-python", "")
    assert source.find() == engine


def test_none(on_path: Add) -> None:
    on_path("something-else", "")
    with pytest.raises(NotOnPath, match=r"there is no `pulumi` on PATH; needed is pulumi 3\.250\.0 or newer"):
        source.find()


def test_too_old(on_path: Add) -> None:
    engine = on_path("pulumi", "echo v3.249.0")
    on_path("pulumi-language-python", "")
    with pytest.raises(NotOnPath, match=f"{engine} is version v3.249.0, older than 3.250.0"):
        source.find()


def test_does_not_answer(on_path: Add) -> None:
    on_path("pulumi", "exit 1")
    with pytest.raises(NotOnPath, match="is version unknown"):
        source.find()


def test_without_language_host(on_path: Add) -> None:
    on_path("pulumi", "echo v3.259.0")
    with pytest.raises(NotOnPath, match="has no pulumi-language-python next to it"):
        source.find()


def test_language_host_next_to_the_link_target(on_path: Add, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    on_path("pulumi", "echo v3.259.0").rename(home / "pulumi")
    on_path("pulumi-language-python", "").rename(home / "pulumi-language-python")
    (tmp_path / "path" / "pulumi").symlink_to(home / "pulumi")
    assert source.find() == tmp_path / "path" / "pulumi"


def test_the_version_is_asked_once_per_file(on_path: Add, tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    engine = on_path("pulumi", f"echo asked >> {asked}; echo v3.259.0")
    on_path("pulumi-language-python", "")
    source.find()
    source.find()
    assert asked.read_text(encoding="utf-8") == "asked\n"
    engine.write_text(f"#!/bin/sh\necho asked >> {asked}; echo v3.1.0\n", encoding="utf-8")
    with pytest.raises(NotOnPath, match=r"v3\.1\.0"):
        source.find()


def test_our_own_cache_on_path_is_another_source(
    on_path: Add, cache_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = cache_root / "3.259.0-abc" / "bin"
    own.mkdir(parents=True)
    on_path("pulumi", "echo v3.259.0").rename(own / "pulumi")
    on_path("pulumi-language-python", "").rename(own / "pulumi-language-python")
    monkeypatch.setenv("PATH", os.pathsep.join([str(own), os.environ["PATH"]]))
    with pytest.raises(NotOnPath, match="there is no `pulumi` on PATH"):
        source.find()
