"""Environment variables by which the scoring server and its launcher are told what a service asks for."""

from collections.abc import Mapping

import pulumi

from .._service_options import Auth
from ._deployment import ServedVersion, TargetRequest

_KILL_AFTER = 300
"""Seconds after which the server ends a worker that does not answer, by default."""
_GRACE = 30
"""Seconds that a worker has to answer that a prediction took too long."""


def shown_variables(request: TargetRequest) -> dict[str, pulumi.Input[str]]:
    """Variables of the only version, by name; what the user gave goes before."""
    (version,) = request.versions
    own = {**_limits(version)}
    if request.auth is Auth.KEY:
        own["SCORING_AUTH"] = request.auth.value
    if request.application_insights is not None:
        own["AML_APP_INSIGHTS_ENABLED"] = "true"
    return {**own, **version.environment}


def secret_variables(request: TargetRequest) -> dict[str, pulumi.Output[str]]:
    """Variables with secret values."""
    (version,) = request.versions
    own: dict[str, pulumi.Output[str]] = {}
    if request.auth is Auth.KEY:
        own["SCORING_PRIMARY_KEY"] = request.primary_key
        if request.secondary_key is not None:
            own["SCORING_SECONDARY_KEY"] = request.secondary_key
    if request.application_insights is not None:
        # The server knows keys only; its exporter takes the address from the connection string, which ends in no `;`.
        own["APPLICATIONINSIGHTS_CONNECTION_STRING"] = request.application_insights.apply(
            lambda text: text.strip("; \n")
        )
        own["AML_APP_INSIGHTS_KEY"] = request.application_insights.apply(_instrumentation_key)
    return own | dict(version.secret_environment)


def _limits(version: ServedVersion) -> Mapping[str, str]:
    limits: dict[str, str] = {}
    if version.max_concurrent_requests is not None:
        limits["WORKER_COUNT"] = str(version.max_concurrent_requests)
    if version.request_timeout_seconds is not None:
        limits["SCORING_TIMEOUT_MS"] = str(version.request_timeout_seconds * 1000)
        # Else the worker would be ended before it can answer.
        limits["WORKER_TIMEOUT"] = str(max(_KILL_AFTER, version.request_timeout_seconds + _GRACE))
    return limits


def _instrumentation_key(connection_string: str) -> str:
    parts = (part.strip().partition("=") for part in connection_string.split(";"))
    return next((value for key, _, value in parts if key.lower() == "instrumentationkey"), "")
