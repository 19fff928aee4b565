"""An image that is used as it is: its tag is looked up once, during an update, and then stays what it was."""

from __future__ import annotations

import tarfile
from typing import Any

import pulumi
import pytest
from azureml_scoring import CustomBaseImage
from azureml_scoring.builders import prebuilt
from azureml_scoring.catalogue import default_image
from azureml_scoring.pull import Cause, Login, PullRefused, Refusal
from azureml_scoring.rules import ImageReference

from tests.components import inputs
from tests.components.mocked import DIGEST, Registered, deploy

TAGGED = "registry.example/base:v1"


class Asked(list[tuple[str, Login | None]]):
    """What the registry was asked for, and as whom."""

    answer: str | Refusal = DIGEST

    async def resolve(self, image: ImageReference, login: Login | None) -> str | Refusal:
        """Stands for the client."""
        self.append((str(image), login))
        return self.answer


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Asked:
    asked = Asked()
    monkeypatch.setattr(prebuilt, "resolve", asked.resolve)
    return asked


def used(told: list[str] | None = None, /, **given: Any) -> tuple[dict[str, Any], Registered]:
    """The outputs of a base image that is used as it is, as far as they are known."""
    outputs: dict[str, Any] = {}
    options = {key: given.pop(key) for key in ("preview", "remembered") if key in given}
    names = ("image_name", "tags", "digest", "reference", "run_id", "resource_id", "context_hash", "build_inputs")

    def program() -> pulumi.Output[Any]:
        args: Any = {"resource_group_name": "group"} | given
        made = CustomBaseImage("base", args)
        known = [getattr(made, name).apply(lambda value, key=name: outputs.update({key: value})) for name in names]
        return pulumi.Output.all(*known)

    registered = deploy(program, told, **options)
    return outputs, registered


def test_a_tag_becomes_a_digest_and_that_is_said(registry: Asked) -> None:
    told: list[str] = []
    outputs, registered = used(told, image=TAGGED)
    assert outputs["reference"] == f"{TAGGED}@{DIGEST}"
    assert (outputs["image_name"], outputs["tags"], outputs["digest"]) == ("base", ["v1"], DIGEST)
    assert (outputs["run_id"], outputs["resource_id"], outputs["context_hash"]) == ("", "", "")
    assert told == [f"{TAGGED} is {DIGEST}: used by this digest until another image is named"]
    assert registry == [(TAGGED, None)]
    assert [request.type for request in registered] == ["azureml-scoring:index:CustomBaseImage"]


def test_in_a_preview_nobody_is_asked_and_the_digest_is_unknown(registry: Asked) -> None:
    outputs, _ = used(image=TAGGED, preview=True)
    assert registry == []
    assert "digest" not in outputs
    assert "reference" not in outputs


def test_the_digest_of_the_last_update_stays_although_the_tag_may_have_moved(registry: Asked) -> None:
    before, _ = used(image=TAGGED)
    registry.answer = f"sha256:{'b' * 64}"
    for preview in (True, False):
        again, _ = used(image=TAGGED, remembered=before, preview=preview)
        assert again["reference"] == before["reference"]
    other, _ = used(image=f"{TAGGED}.1", remembered=before)
    assert other["digest"] == registry.answer
    assert len(registry) == 2


def test_an_image_by_its_digest_needs_no_look(registry: Asked) -> None:
    outputs, _ = used(image=f"registry.example/base@{DIGEST}", preview=True)
    assert outputs["reference"] == f"registry.example/base@{DIGEST}"
    assert outputs["tags"] == []
    assert registry == []


def test_a_private_image_is_asked_for_with_its_login(registry: Asked) -> None:
    used(image=TAGGED, base_image_username="reader", base_image_password=inputs.CANARY)
    assert registry == [(TAGGED, Login("reader", inputs.CANARY))]


def test_what_the_registry_refuses_is_named_by_its_cause(registry: Asked) -> None:
    registry.answer = Refusal(Cause.NO_SUCH_TAG, "answered 404")
    with pytest.raises(PullRefused, match=r"registry\.example/base:v1 can't be pulled: no such tag"):
        used(image=TAGGED)


def test_with_no_image_the_catalogue_has_a_default_and_one_key_switches_to_it(registry: Asked) -> None:
    default = str(default_image().reference)
    assert used()[0]["reference"] == f"{default}@{DIGEST}"
    private = {"base_image_registry": "registry.example", "base_image_username": "reader"}
    switched = inputs.base_image(**private, base_image_password=inputs.CANARY, default_image=True)
    assert used(**switched)[0]["reference"] == f"{default}@{DIGEST}"
    assert registry == [(default, None)] * 2


IMPORT = {
    "builder": "prebuilt",
    "image": TAGGED,
    "import_image": True,
    "registry_name": "contoso",
    "login_server": "contoso.azurecr.io",
    "storage_account_name": "account",
    "image_name": "imported/base",
}


def imported(**given: Any) -> tuple[dict[str, Any], Registered]:
    """What an import gives, and what it registers."""
    outputs: dict[str, Any] = {}
    options = {key: given.pop(key) for key in ("preview", "remembered") if key in given}

    def program() -> pulumi.Output[Any]:
        args: Any = {"resource_group_name": "group"} | IMPORT | given
        made = CustomBaseImage("base", args)
        names = ("base_images", "build_inputs", "digest", "tags", "image_name")
        known = [getattr(made, name).apply(lambda value, key=name: outputs.update({key: value})) for name in names]
        return pulumi.Output.all(*known)

    return outputs, deploy(program, **options)


def test_an_import_is_a_build_of_one_from_by_digest_with_the_login_of_its_registry(registry: Asked) -> None:
    outputs, made = imported(base_image_username="reader", base_image_password=inputs.CANARY)
    run = made.one("TaskRun").inputs["runRequest"]
    arguments = {argument["name"]: argument["value"] for argument in run["arguments"]}
    assert arguments == {"IMAGE": TAGGED, "SOURCE": f"registry.example/base@{DIGEST}"}
    assert run["credentials"]["customRegistries"].keys() == {"registry.example"}
    assert run["imageNames"] == [f"imported/base:{outputs['tags'][0]}"]
    with tarfile.open(made.one("Blob").inputs["source"]["path"]) as archive:
        (dockerfile,) = archive.getmembers()
        content = archive.extractfile(dockerfile)
        assert content is not None
        assert content.read().splitlines()[-1] == b"FROM ${SOURCE}"
    assert outputs["base_images"] == [f"{TAGGED}@{DIGEST}"]
    assert registry == [(TAGGED, Login("reader", inputs.CANARY))]


def test_an_imported_tag_stays_what_it_was_and_the_own_digest_is_not_taken_for_it(registry: Asked) -> None:
    before, first = imported()
    before |= {"digest": f"sha256:{'c' * 64}", "context_hash": "x"}
    registry.answer = f"sha256:{'b' * 64}"
    _, again = imported(remembered=before)
    assert len(registry) == 1
    key = [made.one("TaskRun").options.replacement_trigger.string_value for made in (first, again)]
    assert key[0] == key[1]
    # The other way, too: an image that was imported and now is used as it is.
    assert used(image=TAGGED, remembered=before)[0]["digest"] == DIGEST
    assert len(registry) == 1


def test_the_default_image_is_imported_as_well(registry: Asked) -> None:
    outputs, _ = imported(default_image=True)
    assert outputs["base_images"] == [f"{default_image().reference}@{DIGEST}"]
    assert len(registry) == 1
