"""What a cluster may be: checks of a request's document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from localcloud.arm import identities
from localcloud.arm.errors import BadRequest, NotEmulated
from localcloud.services.containerservice.errors import InvalidParameter, MustDefineAtLeastOneSystemPool

if TYPE_CHECKING:
    from localcloud.arm.resource_type import Request
    from localcloud.arm.store import Document

DEFAULT_VERSION = "1.33.5"
_VERSION = re.compile(r"1\.\d{2}(\.\d+)?")
_DNS_PREFIX = re.compile(r"[a-zA-Z0-9]([-a-zA-Z0-9]{0,52}[a-zA-Z0-9])?")
_POOL_NAME = re.compile(r"[a-z][a-z0-9]{0,11}")
_MODES = ("System", "User", "Gateway")
_LARGEST_COUNT = 1000


def check(request: Request, pools: Mapping[str, Document]) -> None:
    """Raises for what can't be a cluster.

    Args:
        request: The write.
        pools: All pools that the cluster is to have, by name.
    """
    name, group, properties = request.id.name, request.id.group, request.properties
    if not request.document.get("location"):
        raise BadRequest("The location property is required for this definition.", "LocationRequired")
    if not pools:
        raise InvalidParameter.missing(name, group, "agentPoolProfiles")
    if not _has_identity(request):
        raise InvalidParameter.missing(name, group, "servicePrincipalProfile")
    prefix = properties.get("dnsPrefix") or ""
    if not properties.get("fqdnSubdomain") and not _DNS_PREFIX.fullmatch(prefix):
        raise InvalidParameter(
            "dnsPrefix",
            f"DNS prefix '{prefix}' is invalid. DNS prefix must contain between 1 and 54 characters",
        )
    if properties.get("fqdnSubdomain") or (properties.get("apiServerAccessProfile") or {}).get("enablePrivateCluster"):
        raise NotEmulated("private clusters", ["public clusters"])
    if not _VERSION.fullmatch(properties["kubernetesVersion"]):
        raise InvalidParameter("kubernetesVersion", f"'{properties['kubernetesVersion']}' is no Kubernetes version")
    for profile in pools.values():
        check_pool(profile)
    if not any(profile["mode"] == "System" for profile in pools.values()):
        raise MustDefineAtLeastOneSystemPool


def check_pool(profile: Mapping[str, Any]) -> None:
    """Raises InvalidParameter for what can't be a pool."""
    name = profile.get("name")
    if not isinstance(name, str) or not _POOL_NAME.fullmatch(name):
        raise InvalidParameter(
            "agentPoolProfile.name",
            f"Agent pool name '{name}' is invalid: 1 to 12 lower-case letters and digits, beginning with a letter",
        )
    if profile.get("mode") not in _MODES:
        raise InvalidParameter("agentPoolProfile.mode", f"'{profile.get('mode')}' is none of {', '.join(_MODES)}")
    if not isinstance(profile.get("vmSize"), str) or not profile["vmSize"]:
        raise InvalidParameter("agentPoolProfile.vmSize", f"Agent pool '{name}' needs a VM size")
    smallest = 1 if profile["mode"] == "System" else 0
    for key in ("count", "minCount", "maxCount"):
        value = profile.get(key)
        if value is not None and (not _is_count(value) or not smallest <= value <= _LARGEST_COUNT):
            raise InvalidParameter(
                f"agentPoolProfile.{key}", f"{value} of agent pool '{name}' is not {smallest} to {_LARGEST_COUNT}"
            )
    _check_scaling(name, profile)


def _check_scaling(name: str, profile: Mapping[str, Any]) -> None:
    """The autoscaler has both bounds or is off."""
    least, most = profile.get("minCount"), profile.get("maxCount")
    if profile.get("enableAutoScaling"):
        if least is None or most is None or least > most:
            raise InvalidParameter(
                "agentPoolProfile.enableAutoScaling",
                f"Agent pool '{name}' needs minCount and maxCount, and minCount not above maxCount",
            )
    elif least is not None or most is not None:
        raise InvalidParameter(
            "agentPoolProfile.enableAutoScaling",
            f"Agent pool '{name}' has minCount or maxCount, and enableAutoScaling is not true",
        )


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _has_identity(request: Request) -> bool:
    if (request.properties.get("servicePrincipalProfile") or {}).get("clientId") not in {None, "", "msi"}:
        return True
    return bool(identities.principal_id(request.document) or identities.user_assigned(request.document))
