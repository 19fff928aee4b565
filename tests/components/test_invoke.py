"""Questions to azure-native: named as the provider names them, and a failure that can be caught."""

from __future__ import annotations

from typing import Any

import pytest
from azureml_scoring import ContainerRegistry
from azureml_scoring._invoke import ask

from tests.components import inputs
from tests.components.mocked import deploy


def asked(answer: Any) -> dict[str, Any]:
    """What a component is answered."""
    found: dict[str, Any] = {}

    async def program() -> None:
        component = ContainerRegistry("hub", inputs.registry())
        found.update(await ask(component, "containerregistry:getRegistry", registry_name="contoso"))

    deploy(program, answers={"azure-native:containerregistry:getRegistry": answer})
    return found


def test_the_answer_has_the_providers_keys() -> None:
    assert asked({"loginServer": "contoso.azurecr.io"}) == {"loginServer": "contoso.azurecr.io"}


def test_a_failure_is_raised_with_the_providers_sentence() -> None:
    with pytest.raises(Exception, match="ResourceNotFound"):
        asked('Status=404 Code="ResourceNotFound"')
