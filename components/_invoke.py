"""Questions to azure-native while an update runs: hooks ask, and go on when there is no answer."""

from functools import cache
from importlib.metadata import version
from typing import Any

import pulumi

from ._component import Component


async def ask(component: Component, function: str, **args: pulumi.Input[str]) -> dict[str, Any]:
    """What a function of azure-native answers; keys as the provider writes them.

    The SDK's own functions end the whole program when one fails, even where the caller catches it.

    Args:
        component: For whom it is asked, with its providers.
        function: Module and name, such as `containerregistry:getRegistry`.
        args: Its arguments, named as in Python.

    Raises:
        Exception: The function failed; the SDK has no class for it, and the provider's sentence is its text.
    """
    named = {_camel_case(key): value for key, value in args.items()}
    options = pulumi.InvokeOptions(parent=component, version=_version())
    answer: dict[str, Any] = await pulumi.runtime.invoke_async(f"azure-native:{function}", named, options)
    return answer


def _camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


@cache
def _version() -> str:
    # As the SDK's own functions do: the provider of this version answers, and no other that is installed.
    return version("pulumi-azure-native")
