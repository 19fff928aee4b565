"""Where images stand in the resources of Azure, Azure ML, Docker and Kubernetes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from .embedded import InvalidDocument, acr_name, compose_images, is_own, task_images

if TYPE_CHECKING:
    from .resource import Resource
    from .values import Value

__all__ = ["IMAGES", "Image", "images"]

_POD: Final = (
    "containers[*].image",
    "initContainers[*].image",
    "ephemeralContainers[*].image",
    "volumes[*].image.reference",
)
_GROUP: Final = ("containers[*].image", "initContainers[*].image")
_APP: Final = ("template.containers[*].image", "template.initContainers[*].image")
_SITE: Final = ("siteConfig.linuxFxVersion", "siteConfig.windowsFxVersion", "siteConfig.appSettings[*]")
# azure-native 3 calls `properties` what 1 and 2 gave a name of its own.
_ENVIRONMENT: Final = ("properties.image", "environmentVersionProperties.image")
_SERVICE: Final = ("environmentImageRequest.environment.docker.baseImage",)
_TASK: Final = ("imageNames[*]", "encodedTaskContent")


def _pods(holder: str, kinds: str, *, group: str) -> dict[str, Sequence[str]]:
    paths = tuple(f"{holder}.{path}" for path in _POD)
    found: dict[str, Sequence[str]] = {}
    for kind in kinds.split():
        found[f"kubernetes:{group}:{kind}"] = found[f"kubernetes:{group}:{kind}Patch"] = paths
        found[f"kubernetes:{group}:{kind}List"] = tuple(f"items[*].{path}" for path in paths)
    return found


IMAGES: Final[Mapping[str, Sequence[str]]] = {
    "azure-native:containerinstance:ContainerGroup": _GROUP,
    "azure-native:containerinstance:ContainerGroupProfile": _GROUP,
    "azure-native:containerinstance:CGProfile": _GROUP,
    "azure:containerservice/group:Group": _GROUP,
    "azure-native:machinelearningservices:EnvironmentVersion": _ENVIRONMENT,
    "azure-native:machinelearningservices:RegistryEnvironmentVersion": _ENVIRONMENT,
    "azure-native:machinelearningservices:EnvironmentSpecificationVersion": ("properties.docker.dockerImageUri",),
    "azure-native:machinelearningservices:MachineLearningService": _SERVICE,
    "azure-native:machinelearningservices:Compute": ("properties.properties.customServices[*].image.reference",),
    "azure-native:app:ContainerApp": _APP,
    "azure-native:app:Job": _APP,
    "azure-native:app:ContainerAppsSessionPool": ("customContainerTemplate.containers[*].image",),
    "azure:containerapp/app:App": _APP,
    "azure:containerapp/job:Job": _APP,
    "azure-native:web:WebApp": _SITE,
    "azure-native:web:WebAppSlot": _SITE,
    "azure-native:web:WebAppApplicationSettings": ("properties.DOCKER_CUSTOM_IMAGE_NAME",),
    "azure-native:web:WebAppApplicationSettingsSlot": ("properties.DOCKER_CUSTOM_IMAGE_NAME",),
    "azure-native:web:WebAppSiteContainer": ("image",),
    "azure-native:web:WebAppSiteContainerSlot": ("image",),
    "azure-native:batch:Pool": (
        "deploymentConfiguration.virtualMachineConfiguration.containerConfiguration.containerImageNames[*]",
        "startTask.containerSettings.imageName",
    ),
    "azure-native:containerregistry:Task": tuple(f"step.{path}" for path in _TASK),
    "azure-native:containerregistry:TaskRun": tuple(f"runRequest.{path}" for path in _TASK),
    "docker:index/container:Container": ("image",),
    "docker:index/remoteImage:RemoteImage": ("name",),
    "docker:index/registryImage:RegistryImage": ("name",),
    "docker:index/service:Service": ("taskSpec.containerSpec.image",),
    "docker:index/image:Image": ("imageName",),
    "docker-build:index:Image": ("tags[*]",),
    "docker-build:index:Index": ("sources[*]", "tag"),
    **_pods("spec", "Pod", group="core"),
    **_pods("template.spec", "PodTemplate", group="core"),
    **_pods("spec.template.spec", "ReplicationController", group="core"),
    **_pods("spec.template.spec", "Deployment StatefulSet DaemonSet ReplicaSet", group="apps"),
    **_pods("spec.template.spec", "Deployment DaemonSet ReplicaSet", group="extensions"),
    **_pods("spec.template.spec", "Job", group="batch"),
    **_pods("spec.jobTemplate.spec.template.spec", "CronJob", group="batch"),
}
"""Type without API version, and where its images stand. A type that isn't here carries none that is known."""

_PUSHED: Final = {
    ("docker:index/image:Image", "imageName"),
    ("docker-build:index:Image", "tags[*]"),
    ("docker-build:index:Index", "tag"),
    ("azure-native:containerregistry:Task", "step.imageNames[*]"),
    ("azure-native:containerregistry:TaskRun", "runRequest.imageNames[*]"),
}
_CUSTOM_IMAGE: Final = "DOCKER_CUSTOM_IMAGE_NAME"
"""Application setting with the image of an older App Service."""


@dataclass(frozen=True)
class Image:
    """An image that a resource carries.

    Attributes:
        value: Where it stands; ask `text` for what it says.
        label: How a message calls it, e.g. `containers[1] 'app'`.
        pushed: Whether the resource makes it: the name is where it is pushed to, and has no digest yet.
        of_task: Whether ACR Tasks reads it, which knows names of its own for a run and its registry.
    """

    value: Value
    label: str
    pushed: bool = False
    of_task: bool = False

    @property
    def subject(self) -> str:
        """How a message opens: `image of containers[1] 'app'`, or the property where no element holds it."""
        return self.label if self.label == self.value.path else f"image of {self.label}"

    @property
    def of_own_registry(self) -> bool:
        """Whether a task names it as an image of the registry that runs the task; raises `Undecided`, `Malformed`."""
        text = self.value.text()
        return self.of_task and text is not None and is_own(text)

    @property
    def text(self) -> str | None:
        """The reference as it is written, or None where there is none; raises `Undecided` and `Malformed`."""
        text = self.value.text()
        return acr_name(text) if text is not None and self.of_task else text


def images(resource: Resource) -> Iterator[Image]:
    """Every image of a resource, those that are not known yet too; raises `Malformed` where no image can be found."""
    for path in IMAGES.get(resource.type, ()):
        pushed = (resource.type, path) in _PUSHED
        for element, value in resource.properties.find(path):
            label = value.path if element is None or element.path == value.path else element.label
            yield from _read(Image(value, label, pushed, resource.type.startswith("azure-native:containerregistry:")))


def _read(image: Image) -> Iterator[Image]:
    """The image, or those inside of what stands there."""
    value, key = image.value, image.value.path.rpartition(".")[2]
    if not value.known:
        yield image
    elif key in {"linuxFxVersion", "windowsFxVersion"}:
        yield from _site_images(value)
    elif key.startswith("appSettings["):
        if not value["name"].known:
            yield Image(value["name"], value.path)
        elif value["name"].raw == _CUSTOM_IMAGE:
            yield from _site_images(value["value"], plain=True)
    elif key == _CUSTOM_IMAGE:
        yield from _site_images(value, plain=True)
    elif key == "encodedTaskContent":
        yield from _inside(value, lambda text: (Image(*one) for one in _steps(value, text)))
    else:
        yield image


def _site_images(value: Value, *, plain: bool = False) -> Iterator[Image]:
    """`DOCKER|<image>`, `COMPOSE|<base64>`, or a runtime of App Service's own such as `PYTHON|3.12`.

    With `plain` a text without a kind is an image.
    """
    if not value.known:
        yield Image(value, value.path)
        return
    kind, bar, rest = (value.text() or "").partition("|")
    if kind.upper() == "COMPOSE":
        yield from _inside(value, lambda _: (_part(value, name, text) for name, text in compose_images(rest)))
    elif kind.upper() == "DOCKER" or (plain and kind and not bar):
        yield _part(value, "", rest if bar else kind)


def _steps(value: Value, text: str) -> Iterator[tuple[Value, str, bool, bool]]:
    for name, image, made in task_images(text):
        yield replace(value, raw=image), f"{value.path} {name}", made, True


def _part(value: Value, name: str, text: str) -> Image:
    return Image(replace(value, raw=text), f"{value.path} {name}".rstrip())


def _inside(value: Value, read: Callable[[str], Iterator[Image]]) -> Iterator[Image]:
    try:
        yield from read(value.text() or "")
    except InvalidDocument as fault:
        # A number where a text belongs: whoever asks for it is told that it is malformed.
        yield Image(replace(value, raw=0, path=f"{value.path} ({fault})"), value.path)
