"""The expressions of an exported ARM template, as far as `az group export` writes them.

[parameters('registries_contosoml_name')]
[concat(parameters('workspaces_team_name'), '/blue')]
[resourceId('Microsoft.KeyVault/vaults', parameters('vaults_kv_name'))]
[extensionResourceId(resourceId(...), 'Microsoft.Authorization/locks', 'keep')]
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_TOKEN = re.compile(r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<word>[A-Za-z]\w*)|(?P<sign>[(),]))")


class Unreadable(Exception):
    """An expression that can't be told without Azure; the message is the expression."""


@dataclass(frozen=True)
class Template:
    """What expressions refer to.

    Attributes:
        parameters: Values by name; None for one without a default value.
        subscription_id: Subscription that the template was exported from.
        resource_group_name: Its resource group.
    """

    parameters: Mapping[str, Any]
    subscription_id: str
    resource_group_name: str

    def resolved(self, value: Any) -> Any:
        """A value with all expressions in it replaced; what can't be told becomes None, as a secret is in an answer."""
        if isinstance(value, Mapping):
            return {self.text(key): self.resolved(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.resolved(item) for item in value]
        try:
            return self.text(value)
        except Unreadable:
            return None

    def text(self, value: Any) -> Any:
        """One value; raises Unreadable for an expression that can't be told."""
        if not isinstance(value, str) or not value.startswith("["):
            return value
        if value.startswith("[["):
            return value[1:]
        tokens = _tokens(value)
        found = self._value(tokens, next(tokens, ""))
        if next(tokens, None) is not None:
            raise Unreadable(value)
        return found

    def _value(self, tokens: Iterator[str], token: str) -> Any:
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        if next(tokens, None) != "(":
            raise Unreadable(token)
        arguments = list[Any]()
        while (following := next(tokens, ")")) != ")":
            if following != ",":
                arguments.append(self._value(tokens, following))
        return self._call(token, arguments)

    def _call(self, name: str, arguments: list[Any]) -> Any:
        texts = [str(argument) for argument in arguments]
        match name.lower():
            case "parameters" if texts and self.parameters.get(texts[0]) is not None:
                return self.parameters[texts[0]]
            case "concat":
                return "".join(texts)
            case "resourceid":
                return self._resource_id(texts)
            case "extensionresourceid" if texts:
                return f"{texts[0]}/providers/{_path(texts[1:])}"
            case "subscriptionresourceid" if texts:
                return f"/subscriptions/{self.subscription_id}/providers/{_path(texts)}"
        raise Unreadable(name)

    def _resource_id(self, texts: list[str]) -> str:
        """Subscription and group come first where they are given: the type is what has a slash."""
        kind = next((index for index, text in enumerate(texts) if "/" in text), len(texts))
        places = texts[:kind]
        group = places[-1] if places else self.resource_group_name
        subscription = places[-2] if len(places) > 1 else self.subscription_id
        return f"/subscriptions/{subscription}/resourceGroups/{group}/providers/{_path(texts[kind:])}"


def _path(texts: list[str]) -> str:
    """`Microsoft.X/a/b`, `one`, `two` as `Microsoft.X/a/one/b/two`."""
    if not texts:
        raise Unreadable("resourceId()")
    namespace, *kinds = texts[0].split("/")
    if len(kinds) != len(texts) - 1:
        raise Unreadable(texts[0])
    return "/".join([namespace, *(f"{kind}/{name}" for kind, name in zip(kinds, texts[1:], strict=True))])


def _tokens(expression: str) -> Iterator[str]:
    inner = expression[1:-1] if expression.endswith("]") else ""
    place = 0
    while place < len(inner):
        found = _TOKEN.match(inner, place)
        if found is None:
            raise Unreadable(expression)
        place = found.end()
        yield found.group().strip()
