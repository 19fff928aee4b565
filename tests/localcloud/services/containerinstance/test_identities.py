"""A container group that pulls as one of its identities (laws L2, L3 and L4)."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.localcloud.services.containerinstance.test_refusals import ACR_PULL

if TYPE_CHECKING:
    from localcloud.cloud import Cloud

_NOT_FOUND = (
    400,
    "InvalidImageRegistryIdentity",
    (
        "The identity in the 'imageRegistryCredentials' of container group 'demo1' not found in container group "
        "identity list"
    ),
)


class _Puller:
    """A user-assigned identity and a group that pulls as it."""

    def __init__(self, groups: Any, registry: dict[str, Any], cloud: Cloud) -> None:
        self.groups, self.registry, self.cloud = groups, registry, cloud
        path = "Microsoft.ManagedIdentity/userAssignedIdentities/puller"
        self.identity = groups.arm.put(path, {"location": "westeurope"})

    def body(self, **identity: Any) -> dict[str, Any]:
        credential = {"server": self.registry["properties"]["loginServer"], "identity": self.identity["id"]}
        document: dict[str, Any] = self.groups.body(imageRegistryCredentials=[credential | identity])
        assigned = {"type": "UserAssigned", "userAssignedIdentities": {self.identity["id"]: {}}}
        return document | {"identity": assigned}

    def grant(self) -> str:
        """AcrPull on the registry; the assignment's id."""
        definition = f"/subscriptions/{self.cloud.settings.subscription_id}/providers/Microsoft.Authorization"
        role = {
            "principalId": self.identity["properties"]["principalId"],
            "principalType": "ServicePrincipal",
            "roleDefinitionId": f"{definition}/roleDefinitions/{ACR_PULL}",
        }
        assignment = f"{self.registry['id']}/providers/Microsoft.Authorization/roleAssignments/{uuid.uuid4()}"
        self.groups.arm.put(assignment, {"properties": role})
        return assignment


@pytest.fixture
def puller(groups: Any, registry: dict[str, Any], cloud: Cloud) -> _Puller:
    return _Puller(groups, registry, cloud)


def test_l4_a_group_pulls_as_its_identity_while_that_has_the_role(groups: Any, puller: _Puller) -> None:
    assert groups.refused(puller.body())[1] == "InaccessibleImage"
    assignment = puller.grant()
    shown = groups.put(puller.body(identity=puller.identity["id"].upper()))
    assert shown["properties"]["instanceView"]["state"] == "Running"
    groups.arm.delete(assignment)
    assert groups.refused(puller.body())[1] == "InaccessibleImage"
    assert groups.starts == 1


def test_l3_a_role_in_its_lag_does_not_pull_yet(groups: Any, puller: _Puller, cloud: Cloud) -> None:
    cloud.clock.set_lag(replace(cloud.clock.lag, roles=60.0))
    puller.grant()
    assert groups.refused(puller.body())[1] == "InaccessibleImage"
    cloud.clock.advance(timedelta(seconds=61))
    assert groups.put(puller.body())["properties"]["instanceView"]["state"] == "Running"


def test_an_identity_that_the_group_does_not_have_is_refused(groups: Any, puller: _Puller) -> None:
    puller.grant()
    without = puller.body()
    del without["identity"]
    assert groups.refused(without) == _NOT_FOUND
    assert groups.refused(puller.body() | {"identity": {"type": "SystemAssigned"}}) == _NOT_FOUND
    assert groups.refused(puller.body(identity="system")) == _NOT_FOUND


def test_a_credential_is_either_an_identity_or_a_user_name(groups: Any, puller: _Puller) -> None:
    assert "either an identity or a user name" in groups.refused(puller.body(username="u", password="p"))[2]
