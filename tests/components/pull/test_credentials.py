"""A service principal that pulls: its passwords, and the warning before they end."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from azureml_scoring import ContainerRegistry
from azureml_scoring.pull import _credentials, _passwords

from tests.components import inputs
from tests.components.mocked import Registered, deploy

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PRINCIPAL = {"ServicePrincipal": {"objectId": "object", "clientId": "client"}}


@pytest.fixture(autouse=True)
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (_credentials, _passwords):
        monkeypatch.setattr(module, "now", lambda: NOW)


def rotated(rotation: float) -> tuple[Registered, list[str]]:
    """What is registered at a rotation, and the passwords that the output waits for."""
    waited: list[str] = []

    async def program() -> None:
        made = ContainerRegistry("hub", inputs.registry(rotation=rotation))
        waited.extend(one._name for one in await made.pull_password.resources())

    return deploy(program), sorted(name for name in waited if "password" in name)


@pytest.mark.parametrize(
    ("rotation", "slots", "live"),
    [
        (0, {"0": "0"}, "0"),
        (1, {"0": "0", "1": "1"}, "1"),
        (2, {"0": "2", "1": "1"}, "0"),
        (3.0, {"0": "2", "1": "3"}, "1"),
    ],
)
def test_each_rotation_has_its_slots_and_exports_the_new_one(rotation: float, slots: dict[str, str], live: str) -> None:
    registered, waited = rotated(rotation)
    made = {one.name: one for one in registered if one.type.endswith("ServicePrincipalPassword")}
    triggers = {name.removeprefix("hub-pull-password-"): one.inputs["rotateWhenChanged"] for name, one in made.items()}
    assert triggers == {slot: {"rotation": trigger} for slot, trigger in slots.items()}
    assert waited == [f"hub-pull-password-{live}"]


def test_a_password_ends_on_a_date_that_later_updates_keep() -> None:
    for password in rotated(1)[0]:
        if password.type.endswith("ServicePrincipalPassword"):
            assert password.inputs["endDate"] == "2027-05-21T12:00:00Z"
            assert list(password.options.ignoreChanges) == ["endDate"]
            assert "value" in password.options.additionalSecretOutputs


def ending(end: str, **changes: Any) -> tuple[str, list[str]]:
    """The output `credential_expires_on` and what is logged, where the password in use ends on a day."""
    logged, found = list[str](), list[str]()

    async def program() -> None:
        made = ContainerRegistry("hub", inputs.registry(**changes))
        found.append(str(await made.credential_expires_on.future()))

    deploy(program, logged, {"ServicePrincipalPassword": {"endDate": end}})
    return found[0], logged


def test_nothing_is_said_while_there_is_time() -> None:
    assert ending("2026-12-22T12:00:00Z") == ("2026-12-22T12:00:00Z", [])


def test_a_password_that_ends_soon_is_told_with_what_to_do() -> None:
    _, logged = ending("2026-12-22T11:59:59Z", rotation=4)
    assert logged == [
        (
            "ContainerRegistry 'hub': the pull password ends on 2026-12-22T11:59:59Z, in 29 days; "
            "make a new one with rotation: 5"
        )
    ]


def test_a_password_that_has_ended_is_told_as_such() -> None:
    _, logged = ending("2026-11-22T12:00:00Z")
    assert logged == [
        (
            "ContainerRegistry 'hub': the pull password ended on 2026-11-22T12:00:00Z, so that no pull succeeds; "
            "make a new one with rotation: 1"
        )
    ]


@pytest.mark.parametrize(("days", "warnings"), [(0, 0), (9, 0), (10, 1), (100.0, 1)])
def test_the_days_of_the_warning_can_be_set(days: float, warnings: int) -> None:
    _, logged = ending("2026-12-02T11:00:00Z", expiry_warning_days=days)
    assert len(logged) == warnings


def test_a_date_that_is_for_the_next_password_is_told() -> None:
    _, logged = ending("2027-06-01T00:00:00Z", password_expires_on="2027-07-01T00:00:00Z")
    assert logged == [
        (
            "ContainerRegistry 'hub': password_expires_on is for the next password, the one in use ends on "
            "2027-06-01T00:00:00Z; make a new one with rotation: 1"
        )
    ]
    assert ending("2027-07-01T00:00:00Z", password_expires_on="2027-07-01T02:00:00+02:00")[1] == []


def test_the_outputs_wait_for_the_right_to_pull() -> None:
    waited: dict[str, set[str]] = {}

    async def program() -> None:
        made = ContainerRegistry("hub", inputs.registry())
        for output in ("pull_username", "pull_password"):
            waited[output] = {one._name for one in await getattr(made, output).resources()}

    deploy(program, answers=PRINCIPAL)
    assert all("hub-pull-grant" in names for names in waited.values()), waited
