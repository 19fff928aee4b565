"""What the environment variables of a version of a service must obey."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from .rules import Problem

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
"""What every target, and the shells in a container, take as a variable's name."""

_RESERVED = ("SCORING_AUTH", "SCORING_PRIMARY_KEY", "SCORING_SECONDARY_KEY", "SCORING_TLS_FOLDER", "SERVICE_NAME")
"""Variables by which the launcher of the service image is told of auth and TLS, and a service of its name."""

_SET_BY = {
    "AML_APP_INSIGHTS_ENABLED": "application_insights_connection_string",
    "AML_APP_INSIGHTS_KEY": "application_insights_connection_string",
    "APPLICATIONINSIGHTS_CONNECTION_STRING": "application_insights_connection_string",
    "AZUREML_MODEL_DIR": "models",
}
"""Variables that an input sets as well."""

_SET_BY_IMAGE = {
    "WORKER_COUNT": "max_concurrent_requests",
    "SCORING_TIMEOUT_MS": "request_timeout_seconds",
    "WORKER_TIMEOUT": "request_timeout_seconds",
}
"""Those of the scoring server in a service image; in an endpoint the same inputs are told to Azure ML alone."""


def environment_problems(version: Mapping[str, Any], *, online: bool) -> Iterator[Problem]:
    """What is wrong with the environment variables of a version; no value is looked at.

    Args:
        version: The inputs of the version.
        online: Whether Azure ML makes its image.
    """
    shown, secret = (version.get(key, {}) for key in ("environment_variables", "secret_environment_variables"))
    set_by = _SET_BY if online else _SET_BY | _SET_BY_IMAGE
    for name in sorted({**shown, **secret}):
        subject = f"{'environment_variables' if name in shown else 'secret_environment_variables'}.{name}"
        if name in shown and name in secret:
            yield Problem(subject, "must not be secret as well", name, "one of the two")
        if not _NAME.fullmatch(name):
            yield Problem(subject, "must be named by letters, digits and underscores", name, "LOG_LEVEL")
        elif name in _RESERVED:
            yield Problem(subject, "is set by the component itself", name, "another name")
        elif set_by.get(name) in version and version[set_by[name]] != []:
            yield Problem(subject, f"is set by {set_by[name]}, which is given as well", name, "one of the two")
