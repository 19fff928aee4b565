"""Every image has a tag or a digest."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_scoring.policy_kit import Located, Resource, Result, Rule, Severity, Stack
from azureml_scoring.rules import Problem

from ...references import READS, Named, each_base_image, each_image
from ...settings import PinnedImages


def check(resource: Resource, settings: PinnedImages) -> Iterator[Result]:
    """Refuse what a registry would read as `latest`."""
    return each_image(resource, settings, _one)


def check_stack(stack: Stack, _settings: PinnedImages) -> Iterator[Located]:
    """Do the same for the base images that components tell."""
    return each_base_image(stack, _one)


def _one(image: Named) -> Iterator[Result]:
    if image.reference.tag is None and image.reference.digest is None:
        yield Problem(image.label, "must have a tag or a digest", image.shown, f"{image.example.repository}:1.4.2")


RULE = Rule(
    id="image-tag",
    summary="An image names its tag or its digest; without them a registry reads `latest`.",
    severity=Severity.HIGH,
    link="https://learn.microsoft.com/azure/container-registry/container-registry-image-tag-version",
    remediation="Write the tag that was built, better with its digest: registry.example/app:1.4.2@sha256:<digest>.",
    reads=READS,
    check=check,
    check_stack=check_stack,
    nearest={
        "Kyverno": "disallow-latest-tag (takes a port for a tag)",
        "Gatekeeper": "disallowedtags",
        "Checkov": "CKV_K8S_14, CKV_DOCKER_7 (misses a host with a port)",
        "Trivy": "KSV uses_image_tag_latest, DS-0001",
        "Azure Policy": "021f8078 (AKS)",
    },
)
