"""Who calls a service, and who looks at it from Azure's side."""

from __future__ import annotations

import datetime as dt
import json
import ssl
import time
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.journeys.project import SAMPLE, Journey

MACHINE_LEARNING = {"api-version": "2025-06-01"}
CONTAINER_GROUPS = {"api-version": "2023-05-01"}


def works(features: str, *targets: str) -> pytest.MarkDecorator:
    """A test of cells of the table in docs/targets.md: these features, divided by commas, on each of these targets."""
    assert features
    return pytest.mark.parametrize("target", targets)


def of(target: str) -> str:
    """The service on a target: what Azure calls it has no underscore."""
    return target.partition("_")[0]


class Caller:
    """Who calls a service of the program `targets`.

    Attributes:
        uri: Where predictions are asked for.
        trust: What is trusted; False where the certificate is one that nobody has signed.
    """

    def __init__(self, journey: Journey, outputs: dict[str, Any], service: str, key: str | None = None) -> None:
        self.uri: str = outputs[f"{service}_scoring_uri"]
        self.swagger: str = outputs[f"{service}_swagger_uri"]
        self.trust: ssl.SSLContext | bool = journey.trust()
        shown = outputs[f"{service}_primary_key"] if key is None else key
        self._headers = {"Authorization": f"Bearer {shown}"} if shown else {}

    def get(self, uri: str) -> httpx.Response:
        """The answer of the service at another address of it."""
        return httpx.get(uri, headers=self._headers, verify=self.trust, timeout=30, trust_env=False)

    def score(self, body: Any = SAMPLE) -> httpx.Response:
        """The answer to a body; a text is sent as it is."""
        content = body if isinstance(body, str) else json.dumps(body)
        headers = {"Content-Type": "application/json", **self._headers}
        return httpx.post(self.uri, content=content, headers=headers, verify=self.trust, timeout=30, trust_env=False)

    def answers_within(self, seconds: float) -> bool:
        """Whether the service predicts before the time is over."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                if self.score().status_code == httpx.codes.OK:
                    return True
            except httpx.TransportError:
                time.sleep(0.5)
        return False


def with_token(journey: Journey, outputs: dict[str, Any], service: str) -> Caller:
    """A caller with a token of the service's endpoint."""
    path = f"{outputs['workspace_id']}/onlineEndpoints/{outputs[f'{service}_names'][1]}/token"
    return Caller(journey, outputs, service, journey.azure("POST", path, **MACHINE_LEARNING)["accessToken"])


def state_of(journey: Journey, service: str, kind: str) -> dict[str, Any]:
    """What the stack's state has of a resource of a service, by the end of its type's name."""
    found: list[dict[str, Any]] = [
        one["outputs"]
        for one in journey.state()["deployment"]["resources"]
        if one["type"].endswith(f":{kind}") and one["parent"].endswith(f":ScoringService::{service}")
    ]
    assert len(found) == 1, (service, kind, len(found))
    return found[0]


def deployment_of(journey: Journey, outputs: dict[str, Any], service: str) -> Any:
    """The online deployment of a service, as Azure has it."""
    _, endpoint, deployment = outputs[f"{service}_names"]
    path = f"{outputs['workspace_id']}/onlineEndpoints/{endpoint}/deployments/{deployment}"
    return journey.azure("GET", path, **MACHINE_LEARNING)


def group_of(journey: Journey, outputs: dict[str, Any], service: str) -> Any:
    """The container group of a service, as Azure has it."""
    return journey.azure("GET", outputs[f"{service}_resource_id"], **CONTAINER_GROUPS)


def log_of(journey: Journey, outputs: dict[str, Any], service: str) -> str:
    """The log of a service, by the way that its target has for people."""
    name, endpoint, deployment = outputs[f"{service}_names"]
    if endpoint:
        path = f"{outputs['workspace_id']}/onlineEndpoints/{endpoint}/deployments/{deployment}/getLogs"
        return str(journey.azure("POST", path, {"tail": 200}, **MACHINE_LEARNING)["content"])
    if outputs[f"{service}_resource_id"].startswith("/"):
        path = f"{outputs[f'{service}_resource_id']}/containers/scoring/logs"
        return str(journey.azure("GET", path, **CONTAINER_GROUPS)["content"])
    return journey.localcloud("logs", name)


def self_signed() -> tuple[str, str]:
    """A certificate and its key, PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "scoring")]), dt.datetime.now(dt.UTC)
    until = now + dt.timedelta(days=1)
    built = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, until)
    pem, none = serialization.Encoding.PEM, serialization.NoEncryption()
    certificate = built.sign(key, hashes.SHA256()).public_bytes(pem).decode()
    return certificate, key.private_bytes(pem, serialization.PrivateFormat.PKCS8, none).decode()


def second_caller(journey: Journey, outputs: dict[str, Any], target: str) -> Caller:
    """Who calls the second service: with a token where Azure ML gives them out, else with nothing."""
    if target in {"aks", "managed_endpoint"}:
        return with_token(journey, outputs, f"{of(target)}-two")
    caller = Caller(journey, outputs, f"{target}-two", "")
    # A container group's certificate is the one that it was given: nobody has signed that.
    caller.trust = target != "aci"
    return caller
