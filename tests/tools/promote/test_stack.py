"""An environment's lock file: what is written, what is shown, what is copied, and what is refused."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from stacks.lock import write_lock
from tools.promote import stack
from tools.promote.__main__ import main

HOST, OWN = "contoso.azurecr.io", "contosostaging.azurecr.io"
REGISTRY = "/subscriptions/1/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/contoso"
PULUMI = """\
#!/usr/bin/env python3
import json, pathlib, sys
world = json.loads((pathlib.Path(__file__).parent / "stacks.json").read_text())
stack = sys.argv[sys.argv.index("--stack") + 1]
assert sys.argv[1:4] == ["stack", "output", "--json"], sys.argv
print(json.dumps(world[stack])) if stack in world else sys.exit(f"error: no stack named '{stack}' found")
"""

Run = Callable[..., tuple[int, list[str], str]]


def image(name: str, digit: str, host: str = HOST) -> str:
    return f"{host}/{name}:c-{digit}@sha256:{digit * 64}"


class World:
    """A pulumi that knows some stacks, and the project's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "pulumi").write_text(PULUMI)
        (folder / "pulumi").chmod(stat.S_IRWXU)
        (folder / "stacks").mkdir()
        tested = {"base": [image("base", "9")], "scores": [image("scores", "2"), image("scores", "1")]}
        self.dev: dict[str, Any] = {"tested_images": tested, "registry_id": REGISTRY, "login_server": HOST}
        self.has(dev=self.dev)
        self.configure()

    def has(self, **outputs: Any) -> None:
        """The stacks that there are, and their outputs."""
        (self.folder / "stacks.json").write_text(json.dumps(outputs))

    def configure(self, **changes: Any) -> None:
        """The configuration of `staging`."""
        services = {"scores": {"target": "aci"}, "near": {"target": "managed_endpoint"}}
        config = {"promotion": {"from": "dev"}, "registry": {"containerRegistryId": REGISTRY}, "services": services}
        document = {"config": {f"azureml-scoring:{key}": value for key, value in (config | changes).items()}}
        (self.folder / "stacks" / "Pulumi.staging.yaml").write_text(yaml.safe_dump(document))

    @property
    def lock(self) -> Path:
        """The lock file of `staging`."""
        return self.folder / "stacks" / "images" / "staging.yaml"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.chdir(tmp_path)
    return World(tmp_path)


@pytest.fixture
def promote(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*options: str) -> tuple[int, list[str], str]:
        code = main(["stack", "--from", "dev", "--to", "staging", *options])
        shown = capsys.readouterr()
        return code, shown.out.splitlines(), shown.err

    return run


def test_the_newest_tested_images_are_written_by_their_digests(world: World, promote: Run) -> None:
    code, lines, told = promote()
    assert (code, lines) == (
        0,
        [
            f"base (base image): new -> sha256:{'9' * 64}  {image('base', '9')}",
            f"scores (service image): new -> sha256:{'2' * 64}  {image('scores', '2')}",
        ],
    )
    images = {"base": image("base", "9"), "scores": image("scores", "2")}
    assert yaml.safe_load(world.lock.read_text()) == {"from": "dev", "images": images}
    assert "pulumi up --stack staging" in told


def test_what_changes_is_shown_and_a_dry_run_writes_nothing(world: World, promote: Run) -> None:
    write_lock("staging", "dev", {"base": image("base", "9"), "scores": image("scores", "1"), "gone": image("x", "5")})
    before = world.lock.read_text()
    code, lines, _ = promote("--dry-run")
    assert (code, world.lock.read_text()) == (0, before)
    assert lines == [
        f"base (base image): unchanged sha256:{'9' * 64}  {image('base', '9')}",
        f"scores (service image): sha256:{'1' * 64} -> sha256:{'2' * 64}  {image('scores', '2')}",
        f"gone: sha256:{'5' * 64} -> gone",
    ]
    assert promote()[1] == lines
    assert promote()[1] == [
        f"base (base image): unchanged sha256:{'9' * 64}  {image('base', '9')}",
        f"scores (service image): unchanged sha256:{'2' * 64}  {image('scores', '2')}",
    ]


def test_a_lock_file_that_is_broken_is_written_anew(world: World, promote: Run) -> None:
    world.lock.parent.mkdir()
    world.lock.write_text("images: [")
    assert promote()[0] == 0
    assert yaml.safe_load(world.lock.read_text())["from"] == "dev"


def test_images_that_were_not_tested_are_all_named_and_nothing_is_written(world: World, promote: Run) -> None:
    world.has(dev=world.dev | {"tested_images": {"scores": []}})
    code, lines, told = promote()
    assert (code, lines, world.lock.exists()) == (1, [], False)
    assert "dev has tested no image of base, scores: no update of it ended with them healthy" in told


def test_a_stack_that_was_never_deployed_is_named(world: World, promote: Run) -> None:
    world.has()
    code, _, told = promote()
    assert code == 1
    assert "dev has no outputs to read (error: no stack named 'dev' found); e.g. pulumi up --stack dev" in told


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"promotion": {"from": "qa"}}, "--from must be what stacks/Pulumi.staging.yaml says of promotion; got 'qa'"),
        ({"promotion": None}, "--from must be what stacks/Pulumi.staging.yaml says of promotion; got None"),
        ({"promotion": "dev"}, "--from must be what stacks/Pulumi.staging.yaml says of promotion; got None"),
    ],
)
def test_the_command_says_what_the_stack_says(world: World, promote: Run, changes: Any, told: str) -> None:
    world.configure(**changes)
    code, _, shown = promote()
    assert (code, world.lock.exists()) == (2, False)
    assert told in shown


@pytest.mark.parametrize("text", ["", "config:", "config: [", "- x", "config: x"])
def test_a_configuration_that_cannot_be_read_is_told(world: World, promote: Run, text: str) -> None:
    (world.folder / "stacks" / "Pulumi.staging.yaml").write_text(text)
    code, _, told = promote()
    assert code == 2
    assert "--to must have a configuration that can be read" in told


def test_a_stack_without_a_configuration_is_told(world: World, promote: Run) -> None:
    (world.folder / "stacks" / "Pulumi.staging.yaml").unlink()
    code, _, told = promote()
    assert code == 2
    assert "--to must be a stack that has a configuration, stacks/Pulumi.staging.yaml; got staging" in told


def test_without_pulumi_it_says_so(world: World, promote: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    code, _, told = promote()
    assert (code, world.lock.exists()) == (1, False)
    assert "pulumi is not on PATH" in told


class Copies:
    """Promotions of single images, in the place of skopeo's."""

    def __init__(self) -> None:
        self.made: list[tuple[str, str, bool]] = []

    def of(self, _skopeo: Any, source: Any, target: Any, _say: Any, **options: bool) -> Any:
        """A promotion that writes down what it is asked for."""
        copies = self

        class Noted:
            def run(self) -> None:
                """Writes it down."""
                copies.made.append((str(source.image), str(target.image), options["dry_run"]))

        return Noted()


@pytest.fixture
def copies(monkeypatch: pytest.MonkeyPatch) -> Copies:
    copies = Copies()
    monkeypatch.setattr(stack, "Promotion", copies.of)
    monkeypatch.setattr(stack, "Skopeo", lambda folder: folder)
    return copies


def test_a_registry_of_its_own_gets_copies_before_the_file_is_written(
    world: World, promote: Run, copies: Copies
) -> None:
    world.configure(registry={"containerRegistryId": REGISTRY + "staging"})
    public = f"mcr.microsoft.com/base@sha256:{'9' * 64}"
    world.dev["tested_images"]["base"] = [public]
    world.has(dev=world.dev)
    code, _, told = promote()
    assert (code, world.lock.exists(), copies.made) == (2, False, [])
    assert "--registry is required: staging has another registry than dev, and has not been deployed" in told
    assert promote("--registry", OWN)[0] == 0
    # To its tag: a registry may delete what has none. What is nobody's own is not copied.
    assert copies.made == [(image("scores", "2"), f"{OWN}/scores:c-2", False)]
    assert yaml.safe_load(world.lock.read_text())["images"] == {"base": public, "scores": image("scores", "2", OWN)}


def test_a_registry_that_has_been_deployed_is_known(world: World, promote: Run, copies: Copies) -> None:
    world.configure(registry={"containerRegistryId": REGISTRY + "staging"})
    world.has(dev=world.dev, staging={"login_server": OWN})
    assert promote("--dry-run")[0] == 0
    assert [(target, dry_run) for _, target, dry_run in copies.made] == [
        (f"{OWN}/base:c-9", True),
        (f"{OWN}/scores:c-2", True),
    ]
    assert not world.lock.exists()


def test_the_same_image_in_another_registry_is_unchanged() -> None:
    lines = stack.changes({"a": image("a", "1")}, {"a": image("a", "1", OWN)}, {"a": "base image"})
    assert lines == [f"a (base image): unchanged sha256:{'1' * 64}  {image('a', '1', OWN)}"]
