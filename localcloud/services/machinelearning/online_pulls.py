"""Pulling an environment's image for a deployment: as whoever of those that Azure ML may use can.

In this order: the workspace's connections to the registry, the endpoint's identities, the workspace's own identity,
the cluster's kubelet identity, anybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from localcloud.arm import identities
from localcloud.arm.errors import InvalidResourceId
from localcloud.arm.ids import ResourceId
from localcloud.images.errors import ImageError, PullDenied, RegistryUnreachable
from localcloud.images.reference import parse_reference
from localcloud.images.remote import Credentials
from localcloud.registry.authority import Principal
from localcloud.services.containerregistry.pulls import Puller, pull
from localcloud.services.machinelearning import computes
from localcloud.services.machinelearning.connections import CONNECTION_TYPE, credentials_of
from localcloud.services.machinelearning.front_ends import is_kubernetes
from localcloud.services.machinelearning.identity import principal
from localcloud.services.machinelearning.online_errors import ImageNotPulled

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud
    from localcloud.images.image import Image


def pull_image(cloud: Cloud, workspace: Document, endpoint: Document, image: str) -> Image | None:
    """The image; None where its registry is neither of this cloud nor on this machine. Raises ImageNotPulled."""
    failures: list[ImageError] = []
    try:
        domain = parse_reference(image).domain
        for login in _logins(cloud, workspace, endpoint, domain):
            try:
                return pull(cloud, image, Puller(login))
            except RegistryUnreachable:
                return None
            except ImageError as error:
                failures.append(error)
    except ImageError as error:
        failures.append(error)
    denied = all(isinstance(error, PullDenied) for error in failures)
    raise ImageNotPulled(image, denied=denied) from failures[-1]


def _logins(
    cloud: Cloud, workspace: Document, endpoint: Document, domain: str
) -> Iterator[Credentials | Principal | None]:
    for connection in cloud.resources.below(workspace["id"], CONNECTION_TYPE):
        if _host(str(connection["properties"].get("target"))) == domain.lower():
            yield from _of_connection(cloud, connection)
    own = identities.principal_id(endpoint)
    if own:
        yield Principal(own, own)
    yield from (Principal(found.principal_id, found.client_id) for found in identities.user_assigned(endpoint))
    yield principal(workspace)
    yield from _of_cluster(cloud, endpoint)
    yield None


def _of_connection(cloud: Cloud, connection: Document) -> Iterator[Credentials | Principal]:
    kind, credentials = connection["properties"]["authType"], credentials_of(cloud, connection)
    if kind == "UsernamePassword":
        yield Credentials(credentials["username"], credentials["password"])
    elif kind == "ManagedIdentity" and credentials.get("resourceId"):
        found = _find(cloud, credentials["resourceId"])
        if found is not None:
            yield Principal(found["properties"]["principalId"], found["properties"]["clientId"])


def _of_cluster(cloud: Cloud, endpoint: Document) -> Iterator[Principal]:
    if is_kubernetes(endpoint):
        found = computes.usable(cloud, endpoint["properties"]["compute"])
        yield Principal(found.puller_id, found.puller_client_id)


def _find(cloud: Cloud, resource_id: str) -> Document | None:
    try:
        return cloud.resources.find(ResourceId.parse(resource_id))
    except InvalidResourceId:
        return None


def _host(target: str) -> str:
    return target.rpartition("://")[2].strip("/").partition("/")[0].lower()
