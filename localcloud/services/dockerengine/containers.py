"""The engine's containers: names, bodies and lives of what the runtime runs."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from localcloud.images.image import Image
from localcloud.runtime.errors import NoSuchContainer as NotStarted
from localcloud.runtime.errors import StartFailed
from localcloud.services.dockerengine import views
from localcloud.services.dockerengine.errors import (
    SHORT,
    BadParameter,
    CannotStart,
    ContainerRunning,
    InvalidName,
    NameInUse,
    NoSuchContainer,
)
from localcloud.services.dockerengine.specification import to_spec

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud
    from localcloud.runtime.spec import ContainerState
    from localcloud.services.dockerengine.images import EngineImages, LocalImage

_COLLECTION = "docker-containers"
_NAMES = "docker-container-names"
_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")
_GOING_ON = frozenset({"running", "restarting"})


class EngineContainers:
    """What `docker ps --all` lists."""

    def __init__(self, cloud: Cloud, images: EngineImages) -> None:
        self._cloud = cloud
        self._images = images

    def create(self, name: str, body: Document) -> str:
        """Makes a container, which does not run yet; returns its id. Raises EngineError."""
        if not isinstance(body.get("Image"), str):
            raise BadParameter("no image is given")
        image = self._images.find(body["Image"])
        identifier = secrets.token_hex(32)
        name = name.removeprefix("/") or f"localcloud-{identifier[:SHORT]}"
        if not _NAME.fullmatch(name):
            raise InvalidName(name)
        container = {
            "Id": identifier,
            "Name": name,
            "Created": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
            "ImageId": image.id,
            "Manifest": image.manifest,
            "Body": body,
        }
        to_spec(container, Image.load(self._cloud.content, image.manifest))
        if not self._cloud.store.add(_NAMES, name, {"Id": identifier}):
            owner = self._cloud.store.get(_NAMES, name) or {"Id": "?"}
            raise NameInUse(name, owner["Id"])
        self._cloud.store.put(_COLLECTION, identifier, container)
        return identifier

    def find(self, name: str) -> Document:
        """A container by name, id or the beginning of its id; raises NoSuchContainer."""
        named = self._cloud.store.get(_NAMES, name.removeprefix("/"))
        found = self._cloud.store.list(_COLLECTION, named["Id"] if named else name)
        if len(found) != 1 or not name:
            raise NoSuchContainer(name)
        return found[0]

    def all(self) -> list[Document]:
        """All of them, running or not."""
        return self._cloud.store.list(_COLLECTION)

    def state(self, container: Document) -> ContainerState | None:
        """What the runtime knows; None before the first start."""
        try:
            return self._cloud.runtime.state(container["Id"])
        except NotStarted:
            return None

    def is_running(self, container: Document) -> bool:
        """Whether it runs or is about to."""
        state = self.state(container)
        return state is not None and state.status in _GOING_ON

    def start(self, container: Document) -> bool:
        """Starts a container; False when it runs already. Raises CannotStart."""
        if self.is_running(container):
            return False
        image = Image.load(self._cloud.content, container["Manifest"])
        try:
            self._cloud.runtime.start(to_spec(container, image))
        except StartFailed as error:
            raise CannotStart(error.reason) from error
        return True

    def stop(self, container: Document, seconds: float) -> bool:
        """Stops a container; False when it does not run."""
        if not self.is_running(container):
            return False
        self._cloud.runtime.stop(container["Id"], seconds)
        return True

    def update(self, container: Document, policy: Document) -> None:
        """Changes the restart policy, which holds from the next start."""
        container["Body"].setdefault("HostConfig", {})["RestartPolicy"] = policy
        to_spec(container, Image.load(self._cloud.content, container["Manifest"]))
        self._cloud.store.put(_COLLECTION, container["Id"], container)

    def remove(self, container: Document, *, force: bool) -> None:
        """Removes a container; raises ContainerRunning without force."""
        if not force and self.is_running(container):
            raise ContainerRunning(container["Name"])
        self._cloud.runtime.remove(container["Id"])
        self._cloud.store.delete(_COLLECTION, container["Id"])
        self._cloud.store.delete(_NAMES, container["Name"])

    def logs(self, container: Document, tail: int | None) -> str:
        """What it wrote; nothing before its first start."""
        try:
            return self._cloud.runtime.logs(container["Id"], tail)
        except NotStarted:
            return ""

    def view(self, container: Document) -> Document:
        """As `docker inspect`."""
        return views.container_view(container, self.state(container))

    def using(self, image: LocalImage) -> Document | None:
        """A container that was made from an image; None when there is none."""
        return next((container for container in self.all() if container["ImageId"] == image.id), None)
