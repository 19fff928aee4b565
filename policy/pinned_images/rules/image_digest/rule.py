"""Where it matters an image goes by its digest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase

from azureml_scoring.policy_kit import Located, Resource, Result, Rule, Run, Severity, Stack
from azureml_scoring.rules import Problem

from ...places import is_at
from ...references import READS, Named, each_base_image, each_image
from ...settings import PinnedImages


def check(resource: Resource, settings: PinnedImages) -> Iterator[Result]:
    """Ask for a digest by the name of the stack and by the registry."""
    asked = _strict(settings, resource.run) or settings.digest_registries
    return each_image(resource, settings, _of(settings, resource.run)) if asked else iter(())


def check_stack(stack: Stack, settings: PinnedImages) -> Iterator[Located]:
    """Do the same for the base images that components tell."""
    return each_base_image(stack, _of(settings, stack.run))


def _strict(settings: PinnedImages, run: Run) -> str | None:
    """The pattern of stacks that this one is."""
    return next((name for name in settings.digest_stacks if fnmatchcase(run.stack.lower(), name.lower())), None)


def _of(settings: PinnedImages, run: Run) -> Callable[[Named], Iterator[Result]]:
    strict = _strict(settings, run)

    def one(image: Named) -> Iterator[Result]:
        if image.reference.digest or image.pushed or (image.base and not settings.digest_in_dockerfiles):
            return
        if strict:
            reason = f"stack {run.stack} is {strict} of digestStacks"
        elif is_at(image.reference, settings.digest_registries):
            reason = f"{image.host} is in digestRegistries"
        else:
            return
        yield Problem(image.label, f"must have a digest ({reason})", image.shown, f"{image.example}@sha256:<digest>")

    return one


RULE = Rule(
    id="image-digest",
    summary="In the stacks of digestStacks, and from the registries of digestRegistries, an image names its digest.",
    severity=Severity.HIGH,
    link="https://learn.microsoft.com/azure/container-registry/container-registry-image-tag-version",
    remediation=(
        "Append the digest: `az acr manifest list-metadata` or `docker buildx imagetools inspect` shows it; the "
        "`reference` of CustomBaseImage has it already."
    ),
    reads=READS,
    check=check,
    check_stack=check_stack,
    options=("digest_stacks", "digest_registries", "digest_in_dockerfiles"),
    nearest={
        "Kyverno": "require-image-checksum",
        "Gatekeeper": "imagedigests",
        "Checkov": "CKV_K8S_43",
    },
)
