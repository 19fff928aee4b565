"""What stacks of this project have put out, read before a resource is registered."""

from __future__ import annotations

from typing import Any

import pulumi


class UnreadableStack(Exception):
    """A stack whose outputs can't be read.

    Attributes:
        reason: Why, as the engine says it.
    """

    def __init__(self, stack: str, reason: str) -> None:
        super().__init__(f"{stack}: {reason}")
        self.reason = reason


def stack_outputs(stack: str) -> dict[str, Any]:
    """The outputs of a stack of this project after its last update; none where it has never been updated.

    A StackReference would be a resource, and its outputs come too late to refuse something before all others: this asks
    the engine what a StackReference asks it, and waits.

    Args:
        stack: Its name.

    Raises:
        UnreadableStack: There is no such stack, or the backend does not answer.
    """
    name = f"{pulumi.get_organization()}/{pulumi.get_project()}/{stack}"
    try:
        answer = pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", {"name": name}).value
    except Exception as error:  # noqa: BLE001 - the SDK has no class for it
        raise UnreadableStack(stack, str(error).rpartition("failed: ")[2]) from None
    return dict((answer or {}).get("outputs") or {})
