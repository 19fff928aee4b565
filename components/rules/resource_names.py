"""Which names Azure accepts: one line of data per kind of resource, with the whole rule in words.

Sources: the name patterns of the resource providers' specifications, and Azure's table "Naming rules and restrictions
for Azure resources" where a specification has none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from .problem import Problem

__all__ = ["NAME_RULES", "NameKind", "NameRule", "check_name"]

_APPENDED = 8
"""Hexadecimal digits that Pulumi appends to a resource's name where no name is given."""


class NameKind(StrEnum):
    """What a name is for."""

    APPLICATION_INSIGHTS = "application insights"
    BLOB_CONTAINER = "blob container"
    COMPUTE = "compute"
    CONNECTION = "workspace connection"
    CONTAINER = "container"
    CONTAINER_GROUP = "container group"
    DNS_LABEL = "DNS label"
    IMAGE = "image"
    KEY_VAULT = "key vault"
    LOG_ANALYTICS = "Log Analytics workspace"
    MANAGED_IDENTITY = "managed identity"
    REGISTRY = "container registry"
    REGISTRY_TOKEN = "registry token"  # noqa: S105 - the name of a kind, no token
    RESOURCE_GROUP = "resource group"
    STORAGE_ACCOUNT = "storage account"
    TAG = "image tag"
    TASK_RUN = "task run"
    WORKSPACE = "workspace"


@dataclass(frozen=True)
class NameRule:
    """The rule for one kind of name.

    Attributes:
        shortest: Smallest length, in characters.
        longest: Largest length, in characters.
        pattern: Expression that the whole name matches; lengths are checked apart.
        words: The alphabet and the positions, as a clause that follows "must be <n> to <m> ".
        example: A name that obeys.
    """

    shortest: int
    longest: int
    pattern: str
    words: str
    example: str

    @property
    def sentence(self) -> str:
        """The whole rule, lengths included."""
        return f"must be {self.shortest} to {self.longest} {self.words}"

    def accepts(self, name: str) -> bool:
        """Say whether the name obeys."""
        return self.shortest <= len(name) <= self.longest and re.fullmatch(self.pattern, name) is not None


_LOWER_HYPHENS = NameRule(
    1,
    63,
    r"[a-z0-9]+(?:-[a-z0-9]+)*",
    "lower-case letters, digits and single hyphens, starting and ending with a letter or digit",
    "diabetes-scoring",
)

NAME_RULES: Mapping[NameKind, NameRule] = MappingProxyType(
    {
        NameKind.APPLICATION_INSIGHTS: NameRule(
            1,
            260,
            r"[^%&\\?/#<>\x00-\x1f]*[^%&\\?/#<>\x00-\x1f .]",
            r"characters other than % & \ ? / # < > and control characters, not ending with a space or a full stop",
            "scoring-insights",
        ),
        NameKind.BLOB_CONTAINER: NameRule(3, 63, _LOWER_HYPHENS.pattern, _LOWER_HYPHENS.words, "build-contexts"),
        NameKind.COMPUTE: NameRule(
            3,
            24,
            r"[a-zA-Z](?![a-zA-Z0-9-]*-\d+$)[a-zA-Z0-9-]*",
            "letters, digits and hyphens, starting with a letter and not ending with a hyphen and digits",
            "cpu-cluster",
        ),
        NameKind.CONNECTION: NameRule(
            3,
            33,
            r"[a-zA-Z0-9][a-zA-Z0-9_-]*",
            "letters, digits, underscores and hyphens, starting with a letter or digit",
            "contoso-images",
        ),
        NameKind.CONTAINER: _LOWER_HYPHENS,
        NameKind.CONTAINER_GROUP: _LOWER_HYPHENS,
        NameKind.DNS_LABEL: NameRule(
            3,
            63,
            r"[a-z][a-z0-9-]*[a-z0-9]",
            "lower-case letters, digits and hyphens, starting with a letter and ending with a letter or digit",
            "diabetes-scoring",
        ),
        NameKind.IMAGE: NameRule(
            1,
            255,
            r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*",
            "lower-case letters and digits, separated by a slash, one full stop, one or two underscores, or hyphens",
            "scoring/base",
        ),
        NameKind.KEY_VAULT: NameRule(
            3,
            24,
            r"[a-zA-Z](?:-?[a-zA-Z0-9])*",
            "letters, digits and single hyphens, starting with a letter and ending with a letter or digit",
            "scoring-vault",
        ),
        NameKind.LOG_ANALYTICS: NameRule(
            4,
            63,
            r"[A-Za-z0-9][A-Za-z0-9-]+[A-Za-z0-9]",
            "letters, digits and hyphens, starting and ending with a letter or digit",
            "scoring-logs",
        ),
        NameKind.MANAGED_IDENTITY: NameRule(
            3,
            128,
            r"[a-zA-Z0-9][a-zA-Z0-9_-]*",
            "letters, digits, underscores and hyphens, starting with a letter or digit",
            "scoring-pull",
        ),
        NameKind.REGISTRY: NameRule(5, 50, r"[a-zA-Z0-9]*", "letters and digits", "scoringregistry"),
        NameKind.REGISTRY_TOKEN: NameRule(5, 50, r"[a-zA-Z0-9-]*", "letters, digits and hyphens", "scoring-pull"),
        NameKind.RESOURCE_GROUP: NameRule(
            1,
            90,
            r"[-\w.()]*[-\w()]",
            "letters, digits, underscores, hyphens, parentheses and full stops, not ending with a full stop",
            "rg-scoring",
        ),
        NameKind.STORAGE_ACCOUNT: NameRule(3, 24, r"[a-z0-9]*", "lower-case letters and digits", "scoringstorage"),
        NameKind.TAG: NameRule(
            1,
            128,
            r"[A-Za-z0-9_][A-Za-z0-9_.-]*",
            "letters, digits, underscores, full stops and hyphens, not starting with a full stop or a hyphen",
            "v1",
        ),
        NameKind.TASK_RUN: NameRule(5, 50, r"[a-zA-Z0-9-]*", "letters, digits and hyphens", "build-base-image"),
        NameKind.WORKSPACE: NameRule(
            3,
            33,
            r"[a-zA-Z0-9][a-zA-Z0-9_-]*",
            "letters, digits, underscores and hyphens, starting with a letter or digit",
            "scoring-workspace",
        ),
    }
)
"""The rule of each kind. Global uniqueness is Azure's to check, not a name's form."""


def check_name(kind: NameKind | str, value: str, subject: str | None = None) -> list[Problem]:
    """Check a name against the rule of its kind.

    Args:
        kind: What the name is for, as a `NameKind` or its value, e.g. `"workspace"`.
        value: The name.
        subject: What the problem is said of, e.g. an input's name; by default "<kind> name".

    Raises:
        ValueError: There is no such kind.
    """
    kind = NameKind(kind)
    rule = NAME_RULES[kind]
    if rule.accepts(value):
        return []
    return [Problem(subject or f"{kind} name", rule.sentence, value, rule.example)]


def check_made_name(kind: NameKind, stem: str, subject: str) -> list[Problem]:
    """Check the name that Pulumi makes of a stem by adding eight hexadecimal digits.

    Args:
        kind: What the name is for.
        stem: Name of the resource in Pulumi.
        subject: What the problem is said of, e.g. an input's name.
    """
    rule = NAME_RULES[kind]
    if rule.accepts(f"{stem}{'0' * _APPENDED}"):
        return []
    shorter = f"a name that makes one like {rule.example}"
    return [Problem(subject, f"makes a {kind} name with {_APPENDED} more digits, which {rule.sentence}", stem, shorter)]


def check_image_stem(stem: str, subject: str) -> list[Problem]:
    """Check a component's name from which the names of a build are made: a blob container and a task run.

    Args:
        stem: Name of the component.
        subject: What the problem is said of, e.g. an input's name.
    """
    found = check_made_name(NameKind.BLOB_CONTAINER, f"{stem}-contexts", subject)
    return found or check_made_name(NameKind.TASK_RUN, f"{stem}-build", subject)
