"""When a built image is asked, what stops the deployment, and what is kept. The image's answer is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pulumi
import pytest
from azureml_scoring import CustomBaseImage, InvalidInput, _image_question, base_image_problems
from azureml_scoring._image_args import ImageBuilder
from azureml_scoring._image_question import ImageFallsShort, ImageQuestion
from azureml_scoring.builders import BuildRequest
from azureml_scoring.built_image import ImageAnswer, NoEngine, judge, read_answer
from azureml_scoring.rules import BuildContext
from azureml_scoring.rules.base_image import Fact, State

from tests.components import inputs
from tests.components.built_image.outputs import MARK, output
from tests.components.mocked import DIGEST, deploy

REFERENCE = f"registry.example/diabetes-base@{DIGEST}"
GOOD = read_answer(output(), MARK)
BARE = replace(GOOD, conda=Fact(State.ABSENT))
LACKS = "image must have conda 4.5 or later; got 'conda none'"


class Asked:
    """Stands in for the engine: what is asked, and the answer."""

    def __init__(self) -> None:
        self.answer: ImageAnswer | Exception = GOOD
        self.calls: list[dict[str, Any]] = []

    def __call__(self, reference: str, report: Any, **options: Any) -> Any:
        """Answers, or refuses."""
        self.calls.append({"reference": reference, "report": report} | options)
        if isinstance(self.answer, Exception):
            raise self.answer
        return judge(self.answer, report, datasets=options["datasets"])


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    made = Asked()
    monkeypatch.setattr(_image_question, "ask_image", made)
    monkeypatch.setattr(_image_question, "check_engine", lambda _: made("", None, datasets=False))
    return made


def given(**changes: Any) -> Any:
    """Inputs of a base image that a Docker engine builds; its rules are on, and its Dockerfile is not read."""
    args = inputs.base_image(builder="docker", login_server="registry.example") | {"requirement_level": "error"}
    unused = {"registry_name", "storage_account_name"}
    return {key: value for key, value in (args | changes).items() if key not in unused and value is not None}


def update(use: Callable[[ImageQuestion, BuildRequest], Any], **changes: Any) -> list[str]:
    """What is logged while the question is used."""
    args, lines = given(**changes), list[str]()

    async def program() -> None:
        component = CustomBaseImage("component", given(image_check="off"))
        context = BuildContext.from_directory(inputs.EXAMPLE, "Dockerfile")
        request = BuildRequest(
            context=context,
            dockerfile="Dockerfile",
            arguments={},
            image_name="diabetes-base",
            tags=[],
            registry_name="",
            registry_resource_group_name="group",
            login_server="registry.example",
            storage_account_name="",
            resource_group_name="group",
            platform=args.get("platform", "linux/amd64"),
        )
        await use(ImageQuestion(component, "base", args, ImageBuilder.DOCKER, request, None), request)

    deploy(program, lines)
    assert inputs.CANARY not in "".join(lines)
    return lines


async def after(question: ImageQuestion, request: BuildRequest, **outputs: Any) -> None:
    """Runs the hook after the build."""
    (hook,) = question.attached(request).after_build
    found = outputs or {"digest": DIGEST}
    await hook.callback(pulumi.ResourceHookArgs("urn", "id", "base-image", "type", new_outputs=found))  # type: ignore[misc]  # this hook is a coroutine function


def test_the_image_is_asked_by_its_digest_with_the_login_and_the_answer_is_told(asked: Asked) -> None:
    login = {"push_username": "pusher", "push_password": inputs.CANARY}
    logged = update(after, **login, platform="linux/arm64", packages_file="list.json", uses_datasets=True)
    (call,) = asked.calls
    assert (call["reference"], call["platform"], call["packages"]) == (REFERENCE, "linux/arm64", Path("list.json"))
    assert (call["login"], call["datasets"]) == ({"username": "pusher", "password": inputs.CANARY}, True)
    assert any(f"{REFERENCE} says: Ubuntu: 22.04, conda: 24.9.2, Python: 3.11.10" in line for line in logged)


def test_the_pull_login_comes_before_the_one_that_pushes_and_without_either_it_is_the_engine_s_own(
    asked: Asked,
) -> None:
    push = {"push_username": "pusher", "push_password": "other"}
    update(after, **push, pull_username="puller", pull_password=inputs.CANARY, platform="linux/amd64,linux/arm64")
    update(after)
    assert [call["login"] for call in asked.calls] == [{"username": "puller", "password": inputs.CANARY}, None]
    assert asked.calls[0]["platform"] is None, "the engine's own of several"


def test_the_digest_is_also_the_one_of_a_run_of_acr_tasks(asked: Asked) -> None:
    async def run(question: ImageQuestion, request: BuildRequest) -> None:
        await after(question, request, runResult={"outputImages": [{"digest": DIGEST}]})
        await after(question, request, runResult={"outputImages": []})

    update(run)
    assert [call["reference"] for call in asked.calls] == [REFERENCE]


def test_a_shortfall_stops_the_update_or_is_a_warning(asked: Asked) -> None:
    asked.answer = BARE
    with pytest.raises(ImageFallsShort, match="CustomBaseImage 'base': the built image") as refused:
        update(after)
    assert refused.value.reference == REFERENCE
    assert LACKS in str(refused.value)
    assert LACKS in "".join(update(after, requirement_level="warning"))


def test_where_the_rules_are_off_the_image_is_asked_and_not_judged(asked: Asked) -> None:
    asked.answer = BARE
    assert LACKS not in "".join(update(after, requirement_level="off"))
    kept = lines(requirement_level="off")
    assert (kept[0], len(kept)) == (f"image: {DIGEST}, not judged", 6)
    with pytest.raises(ImageFallsShort):
        lines(kept)


def test_an_answer_that_falls_short_stops_every_update_that_remembers_it(asked: Asked) -> None:
    kept = [f"image: {DIGEST}", "conda: none", f"error: {LACKS}"]
    with pytest.raises(ImageFallsShort, match="must have conda"):
        lines(kept)
    assert lines(kept, preview=True) == lines(kept, requirement_level="warning") == kept
    assert asked.calls == []


def test_without_an_engine_it_is_said_or_where_it_is_required_nothing_is_built(asked: Asked) -> None:
    asked.answer = NoEngine("no engine here")
    logged = update(after)
    assert any(line == f"{REFERENCE} was not asked for its Ubuntu, conda and Python: no engine here" for line in logged)

    async def before(question: ImageQuestion, request: BuildRequest) -> None:
        (hook,) = question.attached(request).before_build
        await hook.callback(pulumi.ResourceHookArgs("urn", "id", "base-image", "type"))  # type: ignore[misc]  # as above

    with pytest.raises(InvalidInput, match=r"image_check must find a Docker engine .* got 'no engine here'"):
        update(before, image_check="required")
    with pytest.raises(InvalidInput, match="image_check must find a Docker engine"):
        update(after, image_check="required")


def test_a_file_that_can_t_be_written_is_an_error_of_its_input(asked: Asked) -> None:
    asked.answer = OSError("no space")
    with pytest.raises(InvalidInput, match="packages_file must be a file that can be written; got 'no space'"):
        update(after, packages_file="list.json")


def test_it_is_off_with_acr_tasks_unless_it_is_asked_for(asked: Asked) -> None:
    run = deploy(lambda: CustomBaseImage("base", inputs.base_image())).one("TaskRun")
    assert "CustomBaseImage-base-asked" not in run.options.hooks.after_create
    assert asked.calls == []
    made = deploy(lambda: CustomBaseImage("base", inputs.base_image(image_check="required"))).one("TaskRun")
    assert "CustomBaseImage-base-asked" in made.options.hooks.after_create
    assert "CustomBaseImage-base-can-be-asked" in made.options.hooks.before_create
    listed = deploy(lambda: CustomBaseImage("base", inputs.base_image(packages_file="list.json"))).one("TaskRun")
    assert "CustomBaseImage-base-asked" in listed.options.hooks.after_create
    built = deploy(
        lambda: CustomBaseImage("base", given(requirement_level="off")), answers={":Image": {"digest": DIGEST}}
    )
    assert list(built.one("Image").options.hooks.after_create) == ["CustomBaseImage-base-asked"]


def lines(remembered: list[str] | None = None, *, preview: bool = False, **changes: Any) -> Any:
    """The output `image_report` where no build has run; None where it is not known."""
    found: list[Any] = []

    async def program() -> None:
        found.append(await CustomBaseImage("base", given(**changes)).image_report.future())

    state = {"image_report": remembered, "build_inputs": []} if remembered else {}
    deploy(program, answers={":Image": {"digest": DIGEST}}, preview=preview, remembered=state)
    return found[0]


def test_an_answer_is_kept_and_an_image_that_has_none_is_asked_in_the_next_update(asked: Asked) -> None:
    kept = [f"image: {DIGEST}", "Ubuntu: 22.04"]
    assert lines(kept) == lines(kept, preview=True) == kept
    assert asked.calls == []
    for other in (None, ["image: sha256:other", "Ubuntu: 20.04"]):
        assert lines(other)[:2] == kept
        assert lines(other, preview=True) is None, "a preview asks nothing"
    assert len(asked.calls) == 2


def test_an_answer_that_is_missing_is_asked_for_again_only_where_it_has_to_be(asked: Asked, tmp_path: Path) -> None:
    refused = [f"image: {DIGEST}", "not asked: no engine here"]
    assert lines(refused) == refused
    assert asked.calls == []
    assert lines(refused, image_check="required")[1] == "Ubuntu: 22.04"
    kept = [f"image: {DIGEST}", "Ubuntu: 22.04"]
    lines(kept, packages_file=str(tmp_path / "gone.json"))
    assert len(asked.calls) == 2
    (tmp_path / "there.json").touch()
    assert lines(kept, packages_file=str(tmp_path / "there.json")) == kept
    assert lines(kept, uses_datasets=True)[0] == f"image: {DIGEST}, with datasets"
    assert len(asked.calls) == 3


def test_off_keeps_nothing(asked: Asked) -> None:
    assert lines([f"image: {DIGEST}", "Ubuntu: 22.04"], image_check="off") == []
    assert asked.calls == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"image_check": "always"}, "image_check must be one of off, when_possible, required"),
        ({"image_check": "off", "packages_file": "a.json"}, "packages_file is not taken with image_check=off"),
        ({"packages_file": "/nowhere/a.json"}, "packages_file must be a file in a folder that exists"),
        ({"packages_file": "/"}, "packages_file must be a file in a folder that exists"),
        ({"pull_username": "puller"}, "pull_password is required with pull_username"),
    ],
)
def test_what_can_t_be_given(changes: dict[str, Any], said: str) -> None:
    problems = [str(one) for one in base_image_problems("base", given(requirement_level="off", **changes))]
    assert [problem for problem in problems if problem.startswith(said)]


def test_an_image_that_is_not_built_is_not_asked() -> None:
    args = {"resource_group_name": "group", "image_check": "required", "packages_file": "list.json"}
    problems = [str(one) for one in base_image_problems("base", args)]
    assert [problem.partition(";")[0] for problem in problems] == [
        "image_check is not taken with builder=prebuilt",
        "packages_file is not taken with builder=prebuilt",
    ]
