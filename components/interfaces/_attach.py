"""The interfaces of one resource: checked together, made together."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from ..rules import Problem
from . import customer_managed_key, diagnostic_setting, lock, private_endpoint, role_assignment
from ._subject import Subject

_CHECKS: Mapping[str, Any] = {
    "diagnostic_settings": diagnostic_setting.problems,
    "lock": lock.problems,
    "role_assignments": role_assignment.problems,
    "private_endpoints": private_endpoint.problems,
    "customer_managed_key": customer_managed_key.problems,
}


def interface_problems(args: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with those inputs of a component that are interfaces.

    Args:
        args: All inputs of the component; the others are not looked at.
    """
    return [problem for key, check in _CHECKS.items() if key in args for problem in check(args[key], key)]


def attach(subject: Subject, args: Mapping[str, Any], before_lock: Sequence[pulumi.Resource]) -> None:
    """Makes what the inputs ask for; the lock last, as it forbids what comes after it.

    A customer-managed key is no resource: it is an input of the resource itself.

    Args:
        subject: The resource.
        args: The component's inputs.
        before_lock: What else lies below the resource.
    """
    made = [
        *diagnostic_setting.create(subject, args.get("diagnostic_settings", [])),
        *role_assignment.create(subject, args.get("role_assignments", [])),
        *private_endpoint.create(subject, args.get("private_endpoints", [])),
    ]
    if "lock" in args:
        lock.create(subject, args["lock"], [*before_lock, *made])
