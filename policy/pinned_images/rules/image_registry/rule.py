"""Images come from allowed registries only."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from azureml_scoring.policy_kit import Located, Resource, Result, Rule, Severity, Stack
from azureml_scoring.rules import Problem

from ...places import is_at
from ...references import READS, Named, each_base_image, each_image
from ...settings import PinnedImages


def check(resource: Resource, settings: PinnedImages) -> Iterator[Result]:
    """Compare the parsed domain, not the beginning of the text."""
    return each_image(resource, settings, _of(settings)) if settings.allowed_registries else iter(())


def check_stack(stack: Stack, settings: PinnedImages) -> Iterator[Located]:
    """Do the same for the base images that components tell."""
    return each_base_image(stack, _of(settings)) if settings.allowed_registries else iter(())


def _of(settings: PinnedImages) -> Callable[[Named], Iterator[Result]]:
    allowed = settings.allowed_registries

    def one(image: Named) -> Iterator[Result]:
        if not (image.pushed or image.own) and not is_at(image.reference, allowed):
            rule = f"must come from an allowed registry ({', '.join(allowed)}), not from {image.host}"
            place = allowed[0].replace("*", "myregistry")
            yield Problem(image.label, rule, image.shown, f"{place}/{image.example.path.rpartition('/')[2]}:1.4.2")

    return one


RULE = Rule(
    id="image-registry",
    summary="An image comes from a registry in allowedRegistries; none listed allows all.",
    severity=Severity.HIGH,
    link="https://learn.microsoft.com/azure/container-registry/container-registry-import-images",
    remediation="Import the image into an allowed registry (`az acr import`), or list its registry.",
    reads=READS,
    check=check,
    check_stack=check_stack,
    options=("allowed_registries",),
    nearest={
        "Kyverno": "restrict-image-registries",
        "Gatekeeper": "allowedrepos, allowedreposv2 (by prefix)",
        "Trivy": "KSV uses_untrusted_azure_registry",
        "Azure Policy": "febd0533 (AKS, a pattern on the text); 5853517a (Azure ML computes)",
    },
)
