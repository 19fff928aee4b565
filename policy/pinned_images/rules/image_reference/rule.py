"""Every image is a reference that Docker would read, digest and all."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_scoring.policy_kit import Malformed, NotChecked, Resource, Result, Rule, Severity, Undecided
from azureml_scoring.policy_kit.images import images
from azureml_scoring.policy_kit.rule import fault_of
from azureml_scoring.rules import ImageReference, InvalidImageReference, Problem

from ...references import READS
from ...settings import PinnedImages

_DIGEST = f"registry.example/app:1.4.2@sha256:{'0123456789abcdef' * 4}"


def check(resource: Resource, _settings: PinnedImages) -> Iterator[Result]:
    """Refuse what can't be parsed: the other rules would have nothing to judge."""
    for image in images(resource):
        label = image.subject
        try:
            ImageReference.parse(image.text or "")
        except Undecided as unknown:
            yield NotChecked(label, unknown.path)
        except Malformed as fault:
            yield fault_of(fault)
        except InvalidImageReference as error:
            # The reason quotes the part that is wrong.
            reason = "Docker can't read it" if image.value.secret else error.reason
            rule = f"must be a valid reference ({reason})"
            fix = _DIGEST if "digest" in error.reason else "registry.example/app:1.4.2"
            yield Problem(label, rule, image.value.shown, fix)


RULE = Rule(
    id="image-reference",
    summary="An image is a valid reference: domain, path, tag, and a digest of a known algorithm and length.",
    severity=Severity.HIGH,
    link="https://pkg.go.dev/github.com/distribution/reference",
    remediation=(
        "Correct the part that the message names. A digest is sha256 and 64, sha384 and 96, or sha512 and 128 "
        "lower-case hexadecimal digits; copy it whole from the registry."
    ),
    reads=READS,
    check=check,
    nearest={
        "Kyverno": "require-image-checksum (any @ passes)",
        "Gatekeeper": "imagedigests (accepts @sha256:abc)",
    },
)
