"""Asks a built image what is in it, during `pulumi up` only, and keeps its answer with the component."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pulumi

from ._component import Component
from ._errors import ComponentError, InvalidInput
from ._image_args import ImageBuilder, ImageCheck, RequirementLevel
from ._image_question_checks import image_check_of
from .builders import BuildRequest, remembered
from .built_image import NotAsked, ask_image, check_engine
from .rules import Problem, Report

_ERROR, _NOT_ASKED = "error: ", "not asked: "
"""What lines of the answer open with: that the image falls short, and why there is no answer."""
_FIX = "start a Docker engine and pip install 'azureml-scoring[image-check]', or image_check=when_possible"


class ImageFallsShort(ComponentError):
    """A built image that says of itself that it lacks what Azure ML asks of a base image.

    Attributes:
        reference: The image, by its digest.
        shortfalls: What it lacks, a sentence each.
    """

    def __init__(self, component: str, name: str, reference: str, shortfalls: list[str]) -> None:
        lines = [f"the built image {reference} falls short", *(f"  - {shortfall}" for shortfall in shortfalls)]
        super().__init__(component, name, "\n".join(lines))
        self.reference = reference
        self.shortfalls = tuple(shortfalls)


class ImageQuestion:
    """What a built image is asked, and by which login.

    Args:
        component: The base image's component.
        name: Its name.
        args: Its inputs.
        builder: What builds it.
        request: What is built.
        report: The report on the Dockerfile; None where the rules are off.
    """

    def __init__(
        self,
        component: Component,
        name: str,
        args: Mapping[str, Any],
        builder: ImageBuilder,
        request: BuildRequest,
        report: Report | None,
    ) -> None:
        self._component, self._name, self._report = component, name, report
        self._check = image_check_of(args, builder)
        self._level = RequirementLevel(args.get("requirement_level", RequirementLevel.ERROR))
        self._datasets = bool(args.get("uses_datasets"))
        self._platform = None if "," in request.platform else request.platform
        self._packages = Path(args["packages_file"]) if "packages_file" in args else None
        self._repository = pulumi.Output.format("{0}/{1}", request.login_server, request.image_name)
        self._login = _login(args)
        self._lines: list[str] = []

    def attached(self, request: BuildRequest) -> BuildRequest:
        """The request with the hooks that ask: after the build, and before it whether that will be possible."""
        if self._check is ImageCheck.OFF:
            return request
        after = [*request.after_build, pulumi.ResourceHook(self._hook_name("asked"), self._after_build)]
        before = list(request.before_build)
        if self._check is ImageCheck.REQUIRED:
            before.append(pulumi.ResourceHook(self._hook_name("can-be-asked"), self._before_build))
        return replace(request, before_build=before, after_build=after)

    def lines(self, digest: pulumi.Output[str]) -> pulumi.Output[list[str]]:
        """The answer as the component's output; unknown in a preview that has none.

        An update asks also without a build where there is no answer of this very image yet, such as after an update
        that failed, or no file of its packages.

        Args:
            digest: The image's.
        """
        if self._check is ImageCheck.OFF:
            return pulumi.Output.from_input(list[str]())
        found: pulumi.Output[list[str]] = pulumi.Output.all(self._component.urn, digest).apply(
            lambda both: self._remembered(*both)
        )
        return found.apply(_or_unknown)

    async def _remembered(self, urn: str, digest: str) -> list[str]:
        if self._lines:
            return self._lines
        lines = [str(line) for line in (await remembered(urn)).get("image_report") or []]
        if lines[:1] != [self._head(digest)]:
            lines = []
        if pulumi.runtime.is_dry_run():
            return lines
        if not lines or self._is_open(lines):
            lines = await self._ask(digest)
        self._stop_for(await self._reference(digest), lines)
        return lines

    def _is_open(self, lines: list[str]) -> bool:
        """Whether an earlier answer is not enough."""
        refused = lines[1:2] and lines[1].startswith(_NOT_ASKED)
        missing = self._packages is not None and not self._packages.exists()
        return bool(refused and self._check is ImageCheck.REQUIRED) or bool(missing and not refused)

    async def _before_build(self, _: pulumi.ResourceHookArgs) -> None:
        try:
            await asyncio.to_thread(check_engine, self._packages)
        except NotAsked as error:
            raise self._required(error) from None

    async def _after_build(self, args: pulumi.ResourceHookArgs) -> None:
        digest = _digest(args.new_outputs or {})
        if digest:
            lines = await self._ask(digest)
            self._stop_for(await self._reference(digest), lines)

    async def _ask(self, digest: str) -> list[str]:
        """The answer, which is kept and told; raises InvalidInput where there must be one and is none."""
        reference = await self._reference(digest)
        try:
            judgement = await asyncio.to_thread(
                ask_image,
                reference,
                self._report,
                datasets=self._datasets,
                login=await self._login.future() or None,
                platform=self._platform,
                packages=self._packages,
            )
        except NotAsked as error:
            if self._check is ImageCheck.REQUIRED:
                raise self._required(error) from None
            text = f"{reference} was not asked for its Ubuntu, conda and Python: {error}"
            pulumi.log.info(text, self._component)
            self._lines = [self._head(digest), f"{_NOT_ASKED}{error}"]
            return self._lines
        except OSError as error:
            problem = Problem("packages_file", "must be a file that can be written", str(error), "base.cdx.json")
            raise InvalidInput(type(self._component).__name__, self._name, [problem]) from None
        if self._level is RequirementLevel.OFF:
            judgement = replace(judgement, findings=())
        lines = judgement.lines()
        self._tell(reference, lines)
        self._lines = [self._head(digest), *lines]
        return self._lines

    def _tell(self, reference: str, lines: list[str]) -> None:
        for finding in (line for line in lines if line.startswith(("warning: ", "unknown: ", _ERROR))):
            if not (self._level is RequirementLevel.ERROR and finding.startswith(_ERROR)):
                pulumi.log.warn(finding.partition(": ")[2], self._component)
        facts = ", ".join(line for line in lines if not line.startswith(("warning: ", "unknown: ", _ERROR)))
        pulumi.log.info(f"{reference} says: {facts}", self._component)

    def _stop_for(self, reference: str, lines: list[str]) -> None:
        shortfalls = [line.removeprefix(_ERROR) for line in lines if line.startswith(_ERROR)]
        if shortfalls and self._level is RequirementLevel.ERROR:
            raise ImageFallsShort(type(self._component).__name__, self._name, reference, shortfalls)

    def _head(self, digest: str) -> str:
        """The first line: of which image the answer is, and by which rules it was judged."""
        if self._level is RequirementLevel.OFF:
            return f"image: {digest}, not judged"
        return f"image: {digest}" + (", with datasets" if self._datasets else "")

    async def _reference(self, digest: str) -> str:
        return f"{await self._repository.future()}@{digest}"

    def _required(self, error: NotAsked) -> InvalidInput:
        problem = Problem("image_check", "must find a Docker engine that runs the image", str(error), _FIX)
        return InvalidInput(type(self._component).__name__, self._name, [problem])

    def _hook_name(self, role: str) -> str:
        return f"{type(self._component).__name__}-{self._name}-{role}"


def _login(args: Mapping[str, Any]) -> pulumi.Output[dict[str, str]]:
    """What the image is pulled with: the pull login, else the one that pushes; empty for the engine's own."""
    given = [pulumi.Output.from_input(args.get(key, "")) for key in ("pull_username", "pull_password")]
    given += [pulumi.Output.from_input(args.get(key, "")) for key in ("push_username", "push_password")]

    def chosen(values: list[str]) -> dict[str, str]:
        pairs = (values[:2], values[2:])
        return next(({"username": user, "password": secret} for user, secret in pairs if user), {})

    return pulumi.Output.secret(pulumi.Output.all(*given).apply(chosen))


def _digest(outputs: Mapping[str, Any]) -> str:
    """The digest among the outputs of what built the image; empty where there is none, which its own part says."""
    images = (outputs.get("runResult") or {}).get("outputImages") or [{}]
    return str(outputs.get("digest") or images[0].get("digest") or "")


def _or_unknown(lines: list[str]) -> pulumi.Input[list[str]]:
    nothing: Any = pulumi.output.Unknown()  # type: ignore[no-untyped-call]  # as the SDK has it
    return lines or pulumi.Output.from_input(nothing)
