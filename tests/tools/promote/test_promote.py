"""A promotion: looked up, refused, copied, checked; the real skopeo is the journey's to show."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tools.promote.__main__ import main

SOURCE, TARGET = "dev.example/base:v1", "staging.example/base:v1"
CANARY = "canary-of-a-promotion"
MANIFEST = '{"schemaVersion": 2}'
DIGEST = f"sha256:{hashlib.sha256(MANIFEST.encode()).hexdigest()}"
FAKE = """\
#!/usr/bin/env python3
import json, pathlib, sys
home = pathlib.Path(__file__).parent
world = json.loads((home / "world.json").read_text())
arguments = sys.argv[1:]
files = {name: json.loads(pathlib.Path(name).read_text()) for name in arguments if name.endswith(".json")}
modes = {name: oct(pathlib.Path(name).stat().st_mode & 0o777) for name in files}
with (home / "asked").open("a") as asked:
    asked.write(json.dumps({"arguments": arguments, "files": files, "modes": modes}) + "\\n")
image = arguments[-1].removeprefix("docker://")
if arguments[0] == "copy":
    if "copy_fails" in world:
        sys.exit(world["copy_fails"])
    world["images"][image] = world.get("arrives", world["images"][arguments[-2].removeprefix("docker://")])
    (home / "world.json").write_text(json.dumps(world))
elif image in world.get("errors", {}):
    sys.exit(world["errors"][image])
elif image not in world["images"]:
    sys.exit('time="2026-11-22T19:00:00Z" level=fatal msg="reading manifest: manifest unknown"')
else:
    sys.stdout.write(world["images"][image])
"""

Said = Callable[..., tuple[int, str, str]]


class World:
    """A skopeo that answers what it is told to, and what it was asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "skopeo").write_text(FAKE)
        (folder / "skopeo").chmod(stat.S_IRWXU)
        self.has({SOURCE: MANIFEST, f"dev.example/base@{DIGEST}": MANIFEST})

    def has(self, images: dict[str, str], **more: Any) -> None:
        """The images that there are, by their names, and what else happens."""
        (self.folder / "world.json").write_text(json.dumps({"images": images} | more))

    def asked(self) -> list[dict[str, Any]]:
        """What skopeo was started with."""
        path = self.folder / "asked"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def copies(self) -> list[list[str]]:
        """The copies that were made."""
        return [entry["arguments"] for entry in self.asked() if entry["arguments"][0] == "copy"]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return World(tmp_path)


@pytest.fixture
def promote(capsys: pytest.CaptureFixture[str]) -> Said:
    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


def test_an_image_is_copied_by_its_digest_with_all_platforms(world: World, promote: Said) -> None:
    code, out, _ = promote(SOURCE, TARGET)
    assert (code, out) == (0, f"{TARGET}@{DIGEST}\n")
    (copy,) = world.copies()
    assert {"--all", "--preserve-digests"} <= set(copy)
    assert copy[-2:] == [f"docker://dev.example/base@{DIGEST}", f"docker://{TARGET}"]


def test_without_a_tag_it_is_there_by_its_digest_alone(world: World, promote: Said) -> None:
    assert promote(f"dev.example/base@{DIGEST}", "staging.example/base")[:2] == (0, f"staging.example/base@{DIGEST}\n")
    assert world.copies()[0][-1] == f"docker://staging.example/base@{DIGEST}"


def test_a_second_time_nothing_is_copied(world: World, promote: Said) -> None:
    promote(SOURCE, TARGET)
    code, out, told = promote(SOURCE, TARGET)
    assert (code, out, len(world.copies())) == (0, f"{TARGET}@{DIGEST}\n", 1)
    assert "the same image already" in told


def test_a_tag_that_is_another_image_is_moved_when_asked_for_only(world: World, promote: Said) -> None:
    world.has({SOURCE: MANIFEST, f"dev.example/base@{DIGEST}": MANIFEST, TARGET: "{}"})
    code, out, told = promote(SOURCE, TARGET)
    assert (code, out, world.copies()) == (1, "", [])
    assert f"{TARGET} is there already and is sha256:" in told
    assert promote("--force", SOURCE, TARGET)[0] == 0
    assert len(world.copies()) == 1


def test_a_dry_run_copies_nothing_and_says_what_it_would(world: World, promote: Said) -> None:
    code, out, told = promote("--dry-run", SOURCE, TARGET)
    assert (code, out, world.copies()) == (0, f"{TARGET}@{DIGEST}\n", [])
    assert f"{TARGET} would get it: nothing is copied (--dry-run)" in told


def test_what_arrived_as_something_else_is_an_error(world: World, promote: Said) -> None:
    world.has({SOURCE: MANIFEST, f"dev.example/base@{DIGEST}": MANIFEST}, arrives="{}")
    code, out, told = promote(SOURCE, TARGET)
    assert (code, out) == (1, "")
    assert f"should be {DIGEST} and is sha256:" in told


def test_logins_are_in_files_of_this_user_only_which_are_gone_afterwards(
    world: World, promote: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMOTE_SOURCE_PASSWORD", f"{CANARY}-1")
    monkeypatch.setenv("PROMOTE_TARGET_PASSWORD", f"{CANARY}-2")
    code, out, told = promote("--source-user", "reader", "--target-user", "pusher", SOURCE, TARGET)
    assert code == 0
    asked = world.asked()
    assert CANARY not in out + told + json.dumps([entry["arguments"] for entry in asked])
    (copy,) = (entry for entry in asked if entry["arguments"][0] == "copy")
    found = {}
    for name, mode in copy["modes"].items():
        assert (mode, Path(name).exists()) == ("0o600", False)
        ((host, login),) = copy["files"][name]["auths"].items()
        found[host] = base64.b64decode(login["auth"]).decode()
    assert found == {"dev.example": f"reader:{CANARY}-1", "staging.example": f"pusher:{CANARY}-2"}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('manifest tagged by "v1" is not found', "the registry has no such image"),
        ("unauthorized: authentication required", "PROMOTE_SOURCE_PASSWORD"),
        ("denied: client with IP '1.2.3.4' is not allowed access", "is not allowed access"),
        ("dial tcp: lookup dev.example: no such host", "no such host"),
    ],
)
def test_a_registry_that_refuses_is_named_by_its_cause(world: World, promote: Said, said: str, told: str) -> None:
    world.has({}, errors={SOURCE: f'time="2026-11-22T19:00:00Z" level=fatal msg="Error: {said}"'})
    code, out, shown = promote(SOURCE, TARGET)
    assert (code, out) == (1, "")
    assert shown.startswith(f"promote: {SOURCE}: ")
    assert told in shown
    assert "level=fatal" not in shown


def test_a_copy_that_fails_repeats_no_password(world: World, promote: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROMOTE_TARGET_PASSWORD", CANARY)
    images = {SOURCE: MANIFEST, f"dev.example/base@{DIGEST}": MANIFEST}
    world.has(images, copy_fails=f"server answered 500 to {CANARY}")
    code, _, told = promote("--target-user", "pusher", SOURCE, TARGET)
    assert code == 1
    assert "server answered 500 to ***" in told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["dev.example/base", TARGET], "SOURCE must name a tag or a digest; got 'dev.example/base'"),
        (["Dev/Base:v1", TARGET], "SOURCE must be an image"),
        ([SOURCE, f"{TARGET}@{DIGEST}"], "TARGET has the digest of the source"),
        (["--target-user", "me", SOURCE, TARGET], "PROMOTE_TARGET_PASSWORD is required with --target-user"),
    ],
)
def test_a_command_line_that_cannot_be_meant_so_says_why(
    world: World, promote: Said, arguments: list[str], told: str
) -> None:
    code, out, shown = promote(*arguments)
    assert (code, out, world.asked()) == (2, "", [])
    assert told in shown


def test_without_skopeo_it_says_where_to_get_it(promote: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    code, _, told = promote(SOURCE, TARGET)
    assert code == 1
    assert "skopeo is not on PATH" in told
