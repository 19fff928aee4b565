"""An environment that builds nothing: what its lock file has to say, and what it is held against."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml

from stacks import promotion
from stacks.lock import needed_images, read_lock, write_lock
from stacks.outputs import UnreadableStack
from stacks.settings import Settings
from tests.stacks.configured import base_image, load, problems, service, stack, write_files

HOST, OTHER = "contoso.azurecr.io", "contosoprod.azurecr.io"
REGISTRY = (
    "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-shared"
    "/providers/Microsoft.ContainerRegistry/registries/contoso"
)
MEND = "make promote FROM=dev TO=staging"
LOCK = "promotion: stacks/images/staging.yaml"


def image(name: str, digit: str, host: str = HOST) -> str:
    """An image by its digest, of one digit."""
    return f"{host}/{name}:c-{digit}@sha256:{digit * 64}"


class World:
    """What the other stacks have put out."""

    def __init__(self) -> None:
        tested = {"scores": [image("scores", "2"), image("scores", "1")], "base": [image("base", "9")]}
        self.outputs: dict[str, dict[str, Any]] = {
            "dev": {"tested_images": tested, "registry_id": REGISTRY, "login_server": HOST}
        }

    def of(self, name: str) -> dict[str, Any]:
        """The outputs of a stack."""
        if name not in self.outputs:
            raise UnreadableStack(name, f'unknown stack "organization/azureml-scoring/{name}"')
        return self.outputs[name]


@pytest.fixture(autouse=True)
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """The project's folder, in which the stack `staging` runs and takes what `dev` has tested."""
    write_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stacks").mkdir()
    configure("dev")
    configure("staging", source="dev")
    write_lock("staging", "dev", {"scores": image("scores", "2")})
    world = World()
    monkeypatch.setattr(promotion, "stack_outputs", world.of)
    monkeypatch.setattr(pulumi, "get_stack", lambda: "staging")
    return world


def configure(name: str, source: str = "") -> None:
    """Writes the configuration of another stack, as far as it matters here."""
    config = {"azureml-scoring:promotion": {"from": source}} if source else {}
    Path("stacks", f"Pulumi.{name}.yaml").write_text(yaml.safe_dump({"config": config}))


def promoted(**changes: Any) -> dict[str, Any]:
    """The configuration of the stack `staging`, without a problem."""
    own = {"scores": {"target": "aci", "auth": "none"}}
    registry = {"containerRegistryId": REGISTRY}
    return {"location": "westeurope", "promotion": {"from": "dev"}, "registry": registry, "services": own} | changes


def online(**changes: Any) -> dict[str, Any]:
    """A service whose image Azure ML makes."""
    return service(target="managed_endpoint", auth="key") | changes


def inputs(values: Mapping[str, Any], name: str = "scores") -> Any:
    """The inputs of a service of a stack that builds nothing."""
    return load(values).service_inputs(name, {})


def test_a_service_of_its_own_image_gets_the_locked_one_and_nothing_is_built() -> None:
    settings = load(promoted())
    assert settings.builds == {}
    assert settings.service_inputs("scores", {})["service_image"] == image("scores", "2")
    assert "base_image" not in settings.service_inputs("scores", {})


def test_an_online_service_gets_the_locked_base_image() -> None:
    write_lock("staging", "dev", {"base": image("base", "9")})
    given = inputs(promoted(services={"near": online()}), "near")
    assert (given["base_image"], "service_image" in given) == (image("base", "9"), False)


def test_versions_of_an_online_service_are_each_on_an_image_of_the_lock_file(world: World) -> None:
    world.outputs["dev"]["tested_images"]["gpu"] = [image("gpu", "7")]
    write_lock("staging", "dev", {"base": image("base", "9"), "gpu": image("gpu", "7")})
    versions = {"blue": {}, "green": {"baseImage": "gpu"}, "red": {"baseImage": image("base", "9")}}
    near = online(deployments=versions, traffic={"blue": 100})
    given = inputs(promoted(services={"near": near}), "near")
    assert given["base_image"] == image("base", "9")
    assert given["deployments"]["green"]["base_image"] == image("gpu", "7")
    assert given["deployments"]["red"]["base_image"] == image("base", "9")


def test_an_older_tested_digest_is_taken_as_well() -> None:
    write_lock("staging", "dev", {"scores": image("scores", "1")})
    assert inputs(promoted())["service_image"] == image("scores", "1")


def test_without_a_lock_file_the_command_is_told_that_writes_it() -> None:
    Path("stacks/images/staging.yaml").unlink()
    assert problems(promoted()) == [
        f"{LOCK} is required: it says which images the stack takes; got nothing; e.g. {MEND}"
    ]


@pytest.mark.parametrize(
    ("images", "told"),
    [
        ({"scores": image("scores", "3")}, "images.scores must be an image that dev has tested: no update of it ended"),
        ({"scores": image("base", "9")}, "images.scores must be an image that dev has tested"),
        ({"scores": f"{HOST}/scores:c-2"}, "images.scores must name the image by its digest; got 'contoso.azurecr.io"),
        ({"scores": f"{HOST}/scores"}, "images.scores must name the image by its digest"),
        ({"scores": "Scores@sha256:1"}, "images.scores must be an image reference ("),
        ({"scores": image("scores", "2", OTHER)}, "images.scores must lie where dev has tested it; got 'contosoprod."),
        ({"scores": image("other", "2")}, "images.scores must lie where dev has tested it; got 'contoso.azurecr.io/ot"),
        (
            {"scores": image("scores", "2"), "gone": image("scores", "2")},
            "images.gone is no image that this stack needs",
        ),
        ({}, "images.scores is required: it is a service image of this stack; got nothing"),
        ({"scores": 5}, "images.scores is wrong: input should be a valid string; got 5"),
        ({"scores": None}, "images.scores is wrong"),
        (["scores"], "images is wrong: input should be a valid dictionary"),
    ],
)
def test_a_lock_file_that_was_written_by_hand_is_refused(images: Any, told: str) -> None:
    Path("stacks/images/staging.yaml").write_text(yaml.safe_dump({"from": "dev", "images": images}))
    (found,) = problems(promoted())
    assert found.startswith(f"{LOCK} {told}")
    assert found.endswith((MEND, "the file without that line", f"{HOST}/scores", '@sha256:<64 hexadecimal digits>"}'))


@pytest.mark.parametrize(
    "text", ["", "from: [", "- dev", "from: dev", "images: {}", "\x00", "from: dev\nimages: {}\nx: 1"]
)
def test_a_lock_file_of_another_form_is_refused_and_nothing_crashes(text: str) -> None:
    Path("stacks/images/staging.yaml").write_text(text)
    found = problems(promoted())
    assert found
    assert all(one.startswith(LOCK) for one in found)


def test_all_that_is_wrong_is_told_together() -> None:
    images = {"scores": image("scores", "3"), "base": image("base", "8"), "gone": f"{HOST}/gone:v1"}
    write_lock("staging", "qa", images)
    services = {"scores": service(), "near": online(baseImage=image("base", "4")), "far": online()}
    values = promoted(services=services, baseImage=base_image(), registry={})
    found = problems(values)
    for start in (
        "baseImage is not taken with promotion: nothing is built, and stacks/images/staging.yaml names the images",
        "registry.containerRegistryId is required with promotion",
        f"{LOCK} from must be dev, as promotion.from is; got 'qa'",
        f"{LOCK} images.scores must be an image that dev has tested",
        f"{LOCK} images.base must be an image that dev has tested",
        f"{LOCK} images.gone is no image that this stack needs",
        f"{LOCK} images.gone must name the image by its digest",
        "services.near.baseImage must be a base image that dev has tested, or left to the lock file",
        "services.scores.entryScript is not taken with service_image, which is complete: nothing is built",
        "services.scores.models is not taken with service_image",
        "services.scores.requirements is not taken with service_image",
    ):
        assert [one for one in found if one.startswith(start)], f"{start}\nis not in\n" + "\n".join(found)
    assert len(found) == 11


def test_a_registry_of_its_own_has_copies_that_are_told_by_their_digests(world: World) -> None:
    registry = {"containerRegistryId": REGISTRY.replace("contoso", "contosoprod")}
    write_lock("staging", "dev", {"scores": image("scores", "2", OTHER)})
    assert inputs(promoted(registry=registry))["service_image"] == image("scores", "2", OTHER)
    write_lock("staging", "dev", {"scores": image("scores", "2")})
    (found,) = problems(promoted(registry=registry))
    assert found.startswith(f"{LOCK} images.scores must be a copy in the registry of this stack, which is another one")
    # What never was in the registry of dev stays where it is.
    public = f"mcr.microsoft.com/base@sha256:{'5' * 64}"
    world.outputs["dev"]["tested_images"]["base"] = [public]
    write_lock("staging", "dev", {"base": public})
    assert inputs(promoted(registry=registry, services={"near": online()}), "near")["base_image"] == public


def test_the_id_of_a_registry_is_the_same_in_upper_case() -> None:
    assert inputs(promoted(registry={"containerRegistryId": REGISTRY.upper().replace("/SUBSC", "/subsc")}))


@pytest.mark.parametrize(
    ("outputs", "told"),
    [
        (
            None,
            'promotion.from must be a stack of this project whose outputs can be read (unknown stack "organization/',
        ),
        ({}, "promotion.from must be a stack that has tested images; got 'dev'; e.g. pulumi up --stack dev"),
        ({"tested_images": {}}, "promotion.from must be a stack that has tested images"),
    ],
)
def test_a_source_that_has_tested_nothing_proves_nothing(world: World, outputs: Any, told: str) -> None:
    world.outputs = {} if outputs is None else {"dev": outputs}
    (found,) = problems(promoted())
    assert found.startswith(told)


@pytest.mark.parametrize(
    ("sources", "way"),
    [
        ({"staging": "staging"}, "staging -> staging"),
        ({"staging": "dev", "dev": "staging"}, "staging -> dev -> staging"),
        ({"staging": "dev", "dev": "qa", "qa": "dev"}, "staging -> dev -> qa -> dev"),
    ],
)
def test_stacks_that_promote_in_a_circle_build_nothing_anywhere(sources: dict[str, str], way: str) -> None:
    for name, source in sources.items():
        configure(name, source)
    write_lock("staging", sources["staging"], {"scores": image("scores", "2")})
    found = problems(promoted(promotion={"from": sources["staging"]}))
    assert f"promotion.from must lead to a stack that builds its images; got '{way}'" in found[0]


def test_a_source_without_a_configuration_is_named() -> None:
    Path("stacks/Pulumi.dev.yaml").unlink()
    (found,) = problems(promoted())
    assert found.startswith("promotion.from must lead to a stack that has a configuration, stacks/Pulumi.dev.yaml")


@pytest.mark.parametrize("given", ["dev", ["dev"], {"from": ""}, {"form": "dev"}, {"from": 5}, {"from": None}])
def test_a_promotion_of_another_form_is_told_and_nothing_crashes(given: Any) -> None:
    found = problems(promoted(promotion=given))
    assert all(one.startswith("promotion") for one in found)


def test_a_lock_file_is_read_as_it_was_written() -> None:
    write_lock("qa", "dev", {"b": image("b", "2"), "a": image("a", "1")})
    lock, found = read_lock("qa")
    assert lock is not None
    assert (found, lock.source, list(lock.images.items())) == (
        [],
        "dev",
        [("a", image("a", "1")), ("b", image("b", "2"))],
    )
    text = Path("stacks/images/qa.yaml").read_text()
    assert text.startswith("# Written by `make promote FROM=dev TO=qa`")


@pytest.mark.parametrize("services", [None, "x", ["x"], {"a": None}, {"a": {"target": ["aci"], "deployments": "x"}}])
def test_services_of_another_form_need_no_image(services: Any) -> None:
    assert set(needed_images(services)) <= {"base"}


def test_settings_that_build_ask_no_other_stack(world: World) -> None:
    world.outputs.clear()
    assert isinstance(load(stack()), Settings)


def test_what_an_endpoint_of_dev_is_built_on_is_no_service_image(world: World) -> None:
    """Run as one, it would start and know no model."""
    tested = world.outputs["dev"]["tested_images"]
    tested["scores/base"] = tested.pop("scores")
    (found,) = problems(promoted())
    assert found.startswith(f"{LOCK} images.scores must be an image that dev has tested")
