"""Expressions of exported templates."""

from __future__ import annotations

import pytest

from tools.adopt.template import Template, Unreadable

TEMPLATE = Template({"name": "contosoml", "secret": None, "quoted": "it's"}, "sub", "rg")
REGISTRY = "/subscriptions/sub/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/contosoml"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("plain", "plain"),
        (7, 7),
        ("[[literal]", "[literal]"),
        ("[parameters('name')]", "contosoml"),
        ("[concat(parameters('name'), '/it''s')]", "contosoml/it's"),
        ("[resourceId('Microsoft.ContainerRegistry/registries', parameters('name'))]", REGISTRY),
        (
            "[resourceId('other', 'Microsoft.ContainerRegistry/registries/tokens', 'a', 'b')]",
            "/subscriptions/sub/resourceGroups/other/providers/Microsoft.ContainerRegistry/registries/a/tokens/b",
        ),
        (
            f"[extensionResourceId('{REGISTRY}', 'Microsoft.Authorization/locks', 'keep')]",
            f"{REGISTRY}/providers/Microsoft.Authorization/locks/keep",
        ),
        (
            "[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '1')]",
            "/subscriptions/sub/providers/Microsoft.Authorization/roleDefinitions/1",
        ),
    ],
)
def test_what_azure_exports_is_read(expression: object, value: object) -> None:
    assert TEMPLATE.text(expression) == value


@pytest.mark.parametrize(
    "expression",
    [
        "[parameters('secret')]",
        "[parameters('absent')]",
        "[reference('x').y]",
        "[concat('a'",
        "[resourceId('Microsoft.X/a/b', 'one')]",
        "[resourceId('one')]",
        "[]",
        "[concat('a') more]",
    ],
)
def test_what_only_azure_can_tell_is_no_value(expression: str) -> None:
    with pytest.raises(Unreadable):
        TEMPLATE.text(expression)
    assert TEMPLATE.resolved({"a": [expression]}) == {"a": [None]}
