"""No image goes by a tag that moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase

from azureml_scoring.policy_kit import Located, Resource, Result, Rule, Severity, Stack
from azureml_scoring.rules import Problem

from ...references import READS, Named, each_base_image, each_image
from ...settings import PinnedImages


def check(resource: Resource, settings: PinnedImages) -> Iterator[Result]:
    """Refuse tags that move, beside a digest too: what a person reads there is wrong tomorrow."""
    return each_image(resource, settings, _of(settings))


def check_stack(stack: Stack, settings: PinnedImages) -> Iterator[Located]:
    """Do the same for the base images that components tell."""
    return each_base_image(stack, _of(settings))


def _of(settings: PinnedImages) -> Callable[[Named], Iterator[Result]]:
    def one(image: Named) -> Iterator[Result]:
        tag = image.reference.tag or ""
        pattern = next((one for one in settings.mutable_tags if fnmatchcase(tag.lower(), one.lower())), None)
        if tag and pattern:
            listed = f"{image.tag} is {'one' if image.secret else pattern} of mutableTags"
            rule = f"must not go by a tag that moves ({listed})"
            yield Problem(image.label, rule, image.shown, f"{image.example.repository}:1.4.2")

    return one


RULE = Rule(
    id="image-tag-mutable",
    summary="An image's tag does not move: what was tested is what runs.",
    severity=Severity.HIGH,
    link="https://learn.microsoft.com/azure/container-registry/container-registry-image-tag-version",
    remediation="Give every build a tag of its own (a version, a commit, a content hash) and name that.",
    reads=READS,
    check=check,
    check_stack=check_stack,
    options=("mutable_tags",),
    nearest={
        "Kyverno": "disallow-latest-tag (latest only, lower case)",
        "Gatekeeper": "disallowedtags (by suffix; latest with a digest passes)",
        "Checkov": "CKV_K8S_14, CKV_DOCKER_7",
        "Trivy": "KSV uses_image_tag_latest, DS-0001",
        "Azure Policy": "021f8078 (AKS)",
    },
)
