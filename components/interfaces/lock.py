"""A lock: what keeps people from removing or changing the resource."""

from collections.abc import Sequence
from enum import Enum
from typing import Any, NotRequired, TypedDict

import pulumi
from pulumi_azure_native import authorization

from .._component import choice, key_problems
from ..rules import Problem
from ._subject import Subject


class LockKind(str, Enum):
    """What a lock forbids."""

    CAN_NOT_DELETE = "CanNotDelete"
    """To remove the resource, what lies below it, and role assignments on it."""
    READ_ONLY = "ReadOnly"
    """To change it, too: a registry then builds no image."""


class Lock(TypedDict):
    """A lock on the resource: made after everything below the resource, removed before it."""

    kind: LockKind
    """Required. `CanNotDelete` or `ReadOnly`."""

    name: NotRequired[str]
    """Optional. Name of the lock. Default: made by Pulumi from the component's name."""

    notes: NotRequired[str]
    """Optional. Why the lock is there, up to 512 characters. Default: nothing is said."""


_LONGEST_NOTES = 512


def problems(lock: Lock, subject: str) -> list[Problem]:
    """What is wrong with a lock."""
    found = key_problems(Lock, lock, f"{subject}.")
    if "kind" in lock:
        choice(LockKind, lock["kind"], f"{subject}.kind", found)
    notes = lock.get("notes") or ""
    if len(notes) > _LONGEST_NOTES:
        found.append(Problem(f"{subject}.notes", "must have up to 512 characters", notes, "a reason in one sentence"))
    return found


def create(subject: Subject, lock: Lock, before: Sequence[pulumi.Resource]) -> pulumi.Resource:
    """Locks the resource after all that is made below it, so that a `destroy` takes the lock away first."""
    inputs: dict[str, Any] = {"lock_name": lock.get("name"), "notes": lock.get("notes")}
    return authorization.ManagementLockByScope(
        f"{subject.name}-lock",
        scope=subject.resource_id,
        level=LockKind(lock["kind"]).value,
        **inputs,
        opts=subject.component.child(depends_on=list(before)),
    )
