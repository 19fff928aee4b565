"""What can be known from outside about a pull as a managed identity, whose token exists only inside Azure."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from .._component import Component
from .._invoke import ask
from ..rules import ArmId, ImageReference
from ._access import PullAccess
from ._grants import ACR_PULL, REPOSITORY_READER, grant_name
from ._refusal import Cause, Refusal, Refused
from ._registry_client import exchange, try_pull

_IDENTITY_TYPE = "Microsoft.ManagedIdentity/userAssignedIdentities"
_ROLES = (ACR_PULL, REPOSITORY_READER)


@dataclass(frozen=True)
class RegistryPlace:
    """Where in Azure the registry of an image is.

    Attributes:
        name: Name of the registry.
        resource_group_name: Its resource group.
    """

    name: pulumi.Input[str]
    resource_group_name: pulumi.Input[str]


@dataclass(frozen=True)
class Evidence:
    """What was found out about a pull as an identity.

    Attributes:
        refusal: Why it can't work; None where nothing speaks against it.
        role_seen: Whether a role that pulls was read back.
        unproven: What could not be looked at.
    """

    refusal: Refusal | None
    role_seen: bool
    unproven: tuple[str, ...]


async def look(component: Component, place: RegistryPlace, image: ImageReference, access: PullAccess) -> Evidence:
    """Reads the identity's role back and asks for the manifest as the deployer.

    Args:
        component: For whom it is asked, with its providers.
        place: Where the registry is.
        image: What is pulled.
        access: How, with the identity's id; without one the workspace pulls.
    """
    try:
        registry = await ask(
            component,
            "containerregistry:getRegistry",
            registry_name=place.name,
            resource_group_name=place.resource_group_name,
        )
    except Exception as error:  # noqa: BLE001 - a deployer who may not read it: the pull may work all the same
        return Evidence(None, role_seen=False, unproven=(f"the registry can't be read ({_first_line(error)})",))
    role, manifest = await asyncio.gather(
        _role(component, str(registry["id"]), access.identity_id), _manifest(component, registry, image, access)
    )
    unproven = tuple(text for text in (role.detail, manifest.detail) if text)
    return Evidence(role.refusal or manifest.refusal, role.good, unproven)


@dataclass(frozen=True)
class _Finding:
    """One look: whether it was good, why it refutes the pull, or what it could not see."""

    good: bool = False
    refusal: Refusal | None = None
    detail: str = ""


async def _role(component: Component, registry_id: str, identity_id: str) -> _Finding:
    if not identity_id:
        return _Finding(detail="the right of the workspace is not read")
    identity = ArmId.parse(identity_id, _IDENTITY_TYPE)
    if identity.subscription_id.lower() != ArmId.parse(registry_id).subscription_id.lower():
        return _Finding(detail="the identity is in another subscription, so its role is not read")
    try:
        found = await ask(
            component,
            "managedidentity:getUserAssignedIdentity",
            resource_group_name=identity.resource_group_name,
            resource_name=identity.name,
        )
    except Exception as error:  # noqa: BLE001 - the SDK has no class for what a function of the provider answers
        if _is_missing(error):
            return _Finding(refusal=Refusal(Cause.CREDENTIAL, f"there is no identity {identity.name}", lasting=True))
        return _Finding(detail=f"the identity can't be read ({_first_line(error)})")
    principal_id = str(found["principalId"])
    if any(await asyncio.gather(*(_has_role(component, registry_id, principal_id, role) for role in _ROLES))):
        return _Finding(good=True)
    return _Finding(
        detail="no role assignment of this package lets the identity pull from the registry; one that was made "
        "elsewhere, or for a whole resource group, is not seen"
    )


async def _has_role(component: Component, scope: str, principal_id: str, role: str) -> bool:
    name = grant_name(scope, principal_id, role)
    try:
        await ask(component, "authorization:getRoleAssignment", role_assignment_name=name, scope=scope)
    except Exception:  # noqa: BLE001 - not there, or not to be read: either way it was not seen
        return False
    return True


async def _manifest(
    component: Component, registry: Mapping[str, Any], image: ImageReference, access: PullAccess
) -> _Finding:
    if registry["loginServer"] != image.domain or access.login_server != image.domain:
        # The deployer's token opens more than a registry: it goes to the host that Azure names, and to no other.
        return _Finding(detail=f"{image.domain} is not the registry {registry['name']}, so the image is not asked for")
    try:
        answer = await ask(component, "authorization:getClientToken")
        refusal = await try_pull(image, await exchange(image.domain, str(answer["token"])))
    except Refused as error:
        refusal = error.refusal
    except Exception as error:  # noqa: BLE001 - no token for the deployer: the identity does not need it
        return _Finding(detail=f"the deployer has no token to ask for the image ({_first_line(error)})")
    if refusal is None:
        return _Finding(good=True)
    if refusal.cause is Cause.NO_SUCH_TAG:
        return _Finding(refusal=refusal)
    return _Finding(detail=f"the deployer can't ask for the image ({refusal.cause.value}: {refusal.detail})")


def _is_missing(error: Exception) -> bool:
    text = str(error)
    return "NotFound" in text or "404" in text


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
