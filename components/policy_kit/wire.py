"""Between the engine's messages and what rules see and say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from google.protobuf import json_format, struct_pb2
from pulumi.runtime.proto import analyzer_pb2 as messages

from .resource import Resource, Run
from .rule import Level, Rule, Severity
from .settings import schema_of
from .values import Value

if TYPE_CHECKING:
    from .pack import Pack

__all__ = ["Lazy", "Sent", "diagnostic", "info", "level_of", "properties", "provider_of", "resource", "struct"]

Sent: TypeAlias = messages.AnalyzeRequest | messages.AnalyzerResource
"""A resource as the engine sends it, alone or with its stack."""

_LEVELS: Final = {level: messages.EnforcementLevel.Value(level.name) for level in Level}
_SEVERITIES: Final = {
    severity: messages.PolicySeverity.Value(f"POLICY_SEVERITY_{severity.name}") for severity in Severity
}
_BOOKS: Final = "An exemption names a rule, has an owner and holds until a day."


def struct(document: Mapping[str, Any]) -> struct_pb2.Struct:
    """A JSON document as the engine's."""
    return json_format.ParseDict(dict(document), struct_pb2.Struct())


def properties(sent: struct_pb2.Struct) -> dict[str, Any]:
    """The engine's properties as a JSON document, with the marks of unknowns, secrets and assets in it."""
    return {key: _plain(value) for key, value in sent.fields.items()}


def _plain(value: struct_pb2.Value) -> Any:
    """A value as plain Python; several times faster than the general conversion of messages."""
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return properties(value.struct_value)
    if kind == "list_value":
        return [_plain(one) for one in value.list_value.values]
    return None if kind in {None, "null_value"} else getattr(value, str(kind))


class Lazy(Mapping[str, Any]):
    """Properties that are converted when somebody looks: a rule looks at some resources of a stack's hundreds."""

    def __init__(self, sent: struct_pb2.Struct) -> None:
        self._sent = sent
        self._document: dict[str, Any] | None = None

    @property
    def opened(self) -> bool:
        """Whether somebody has looked."""
        return self._document is not None

    def __getitem__(self, key: str) -> Any:
        """Return one property."""
        return self._open()[key]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names."""
        return iter(self._open())

    def __len__(self) -> int:
        """Count them."""
        return len(self._open())

    def _open(self) -> dict[str, Any]:
        if self._document is None:
            self._document = properties(self._sent)
        return self._document


def resource(
    sent: Sent,
    raw: Mapping[str, Any],
    run: Run,
    inputs: Mapping[str, Any] | None = None,
    provider: Mapping[str, Any] | None = None,
) -> Resource:
    """A resource for a rule; `raw` are its properties, possibly mended; `inputs` go with outputs."""
    stacked = sent if isinstance(sent, messages.AnalyzerResource) else messages.AnalyzerResource()
    return Resource(
        token=sent.type,
        urn=sent.urn,
        name=sent.name,
        properties=Value(raw),
        parent=stacked.parent or sent.options.parent,
        protected=sent.options.protect,
        dependencies=tuple(stacked.dependencies),
        property_dependencies={key: tuple(one.urns) for key, one in stacked.propertyDependencies.items()},
        run=run,
        provider=None if provider is None else Value(provider),
        inputs=None if inputs is None else Value(inputs),
    )


def provider_of(sent: Sent) -> Lazy | None:
    """The configuration of a resource's provider."""
    return Lazy(sent.provider.properties) if sent.HasField("provider") else None


def level_of(number: messages.EnforcementLevel.ValueType) -> Level:
    """A level of the protocol."""
    return next(level for level, value in _LEVELS.items() if value == number)


def diagnostic(
    pack: Pack, name: str, text: str, level: Level, severity: Severity, urn: str
) -> messages.AnalyzeDiagnostic:
    """A line of the report. What is left after mending is a violation like any other: mandatory."""
    rule = pack.rules.get(name)
    return messages.AnalyzeDiagnostic(
        policyName=name,
        policyPackName=pack.name,
        policyPackVersion=pack.version,
        description=rule.summary if rule else _BOOKS,
        message=text,
        enforcementLevel=_LEVELS[Level.MANDATORY if level is Level.REMEDIATE else level],
        severity=_SEVERITIES[severity],
        urn=urn,
    )


def info(pack: Pack) -> messages.AnalyzerInfo:
    """A pack and its rules; the last policy is the pack itself, with all options."""
    books = messages.PolicyInfo(
        name=pack.name,
        displayName=pack.name,
        description=_BOOKS,
        enforcementLevel=_LEVELS[Level.MANDATORY],
        policy_type=messages.POLICY_TYPE_STACK,
        configSchema=messages.PolicyConfigSchema(properties=struct(schema_of(pack.settings))),
        severity=_SEVERITIES[Severity.HIGH],
    )
    return messages.AnalyzerInfo(
        name=pack.name,
        displayName=pack.name,
        version=pack.version,
        description=pack.description,
        supportsConfig=True,
        provider="azure",
        policies=[*(_policy(rule) for rule in pack.rules.values()), books],
    )


def _policy(rule: Rule) -> messages.PolicyInfo:
    return messages.PolicyInfo(
        name=rule.id,
        displayName=rule.id,
        description=rule.summary,
        enforcementLevel=_LEVELS[rule.level],
        policy_type=messages.POLICY_TYPE_RESOURCE if rule.check else messages.POLICY_TYPE_STACK,
        severity=_SEVERITIES[rule.severity],
        remediation_steps=rule.remediation,
        url=rule.link,
    )
