"""What Azure ML mounts for a deployment: code, models and environment, registered in the workspace by their content."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi
from pulumi_azure_native import machinelearningservices as aml
from pulumi_azure_native import storage

from .._component import Component, read_context
from ..rules import BuildContext, InvalidContext, RegisteredModel, ServiceSource, model_name
from ._deployment import SCORING_PORT, ServedVersion, TargetRequest

APP_ROOT = "/var/azureml-app"
"""Folder that Azure ML mounts models below."""

_NOT_SENT = ("**/__pycache__", "**/.git", "**/.venv")
"""What a source folder may hold and a service never needs."""
_SEVERAL = "models"
"""Folder that several models are uploaded in, as a deployment has only one model."""
_DIGITS = 16
"""Digits of a content's hash in the name of a version."""


@dataclass(frozen=True)
class Assets:
    """What one version of a service is made of.

    Attributes:
        code_id: ARM id of the code.
        environment_id: ARM id of the environment.
        model_id: ARM id of the model; None for a service without one.
        model_directory: What AZUREML_MODEL_DIR has to be; None where Azure ML's own value is right.
        content: A text that differs whenever one of them does.
    """

    code_id: pulumi.Output[str]
    environment_id: pulumi.Output[str]
    model_id: pulumi.Output[str] | None
    model_directory: str | None
    content: pulumi.Output[str]


class AssetStore:
    """The container of a service's uploads, and the registrations of what lies in it.

    Args:
        component: Parent of the resources.
        name: First part of their names.
        request: What is served.
        workspace_id: ARM id of the workspace.
    """

    def __init__(
        self, component: Component, name: str, request: TargetRequest, workspace_id: pulumi.Output[str]
    ) -> None:
        self._component = component
        self._name = name
        self._workspace_id = workspace_id
        self._account: dict[str, Any] = {
            "account_name": request.storage_account_name,
            "resource_group_name": request.resource_group_name,
        }
        self._workspace: dict[str, Any] = workspace_of(request)
        self._container = storage.BlobContainer(
            f"{name}-assets", public_access=storage.PublicAccess.NONE, **self._account, opts=component.child()
        )

    def register(self, version: ServedVersion) -> Assets:
        """Uploads and registers the code, the models and the environment of a version."""
        stem = f"{self._name}-{version.name}" if version.name else self._name
        code = read_context(type(self._component), self._name, lambda: code_context(version.source))
        paths = [model for model in version.source.models if isinstance(model, Path)]
        model_id, directory, model_key = None, None, ""
        registered = [model for model in version.source.models if isinstance(model, RegisteredModel)]
        if registered:
            model_key = f"{registered[0].name}:{registered[0].version}"
            path = f"models/{registered[0].name}/versions/{registered[0].version}"
            model_id = self._workspace_id.apply(lambda workspace: f"{workspace}/{path}")
        elif paths:
            models = read_context(type(self._component), self._name, lambda: models_context(paths))
            model_key = models.hash
            model_id = self._model(stem, models)
            if len(paths) > 1:
                directory = f"{APP_ROOT}/azureml-models/{stem}/{models.hash[:_DIGITS]}/{_SEVERAL}"
        conda = version.source.python.conda_yaml()
        content = version.base_image.apply(lambda image: _hash([code.hash, model_key, conda, image]))
        return Assets(
            code_id=self._code(stem, code),
            environment_id=self._environment(stem, version.base_image, conda),
            model_id=model_id,
            model_directory=directory,
            content=content,
        )

    def _code(self, stem: str, context: BuildContext) -> pulumi.Output[str]:
        folder, files = self._upload("code", stem, context)
        made = aml.CodeVersion(
            f"{stem}-code",
            name=stem,
            version=context.hash[:_DIGITS],
            properties={"code_uri": folder},
            **self._workspace,
            opts=self._component.child(depends_on=files, delete_before_replace=False),
        )
        return made.id

    def _model(self, stem: str, context: BuildContext) -> pulumi.Output[str]:
        folder, files = self._upload("models", stem, context)
        last = context.files[0].path.partition("/")[0]
        made = aml.ModelVersion(
            f"{stem}-model",
            name=stem,
            version=context.hash[:_DIGITS],
            properties={"model_type": "custom_model", "model_uri": folder.apply(lambda uri: f"{uri}/{last}")},
            **self._workspace,
            opts=self._component.child(depends_on=files, delete_before_replace=False),
        )
        return made.id

    def _environment(self, stem: str, image: pulumi.Output[str], conda: str) -> pulumi.Output[str]:
        def route(path: str) -> aml.RouteArgs:
            return aml.RouteArgs(path=path, port=SCORING_PORT)

        made = aml.EnvironmentVersion(
            f"{stem}-environment",
            name=stem,
            version=image.apply(lambda reference: _hash([reference, conda])[:_DIGITS]),
            properties=aml.EnvironmentVersionPropertiesArgs(
                image=image,
                conda_file=conda,
                os_type=aml.OperatingSystemType.LINUX,
                inference_config=aml.InferenceContainerPropertiesArgs(
                    liveness_route=route("/"), readiness_route=route("/"), scoring_route=route("/score")
                ),
            ),
            **self._workspace,
            opts=self._component.child(delete_before_replace=False),
        )
        return made.id

    def _upload(self, kind: str, stem: str, context: BuildContext) -> tuple[pulumi.Output[str], list[pulumi.Resource]]:
        """The address of the folder that the files of a context are uploaded to, one blob each; and the blobs."""
        short = context.hash[:_DIGITS]
        # Two versions of a service may have the same files; each has blobs of its own, so that it can go alone.
        folder = f"{kind}/{stem}/{short}"
        blobs = {
            entry.path: storage.Blob(
                # The content is part of the name: the blobs of an old version stay until nothing uses them any more.
                f"{stem}-{kind}-{short[:8]}-{entry.path}",
                blob_name=f"{folder}/{entry.path}",
                container_name=self._container.name,
                source=_asset(entry.source),
                **self._account,
                opts=self._component.child(),
            )
            for entry in context.files
        }
        path, blob = next(iter(blobs.items()))
        address: pulumi.Output[str] = blob.url.apply(lambda url: str(url).rsplit("/", path.count("/") + 1)[0])
        return address, list(blobs.values())


def workspace_of(request: TargetRequest) -> dict[str, Any]:
    """The inputs that say which workspace a resource is in."""
    return {
        "resource_group_name": request.workspace_resource_group_name,
        "workspace_name": request.workspace_name,
    }


def code_context(source: ServiceSource) -> BuildContext:
    """The files of a service's code.

    Raises:
        InvalidContext: A path can't be read.
    """
    folder, script = source.source_directory, source.entry_script
    files: Mapping[str, Path | bytes] = {".": folder} if folder else {script.name: script}
    return _followed(BuildContext.from_files(files, ignore=_NOT_SENT))


def models_context(models: Sequence[Path]) -> BuildContext:
    """The files of models, below one file or folder.

    Raises:
        InvalidContext: A path can't be read.
    """
    paths = [model.absolute() for model in models]
    if len(paths) == 1:
        return _followed(BuildContext.from_files({paths[0].name: paths[0]}))
    return _followed(BuildContext.from_files({f"{_SEVERAL}/{model_name(path)}/1/{path.name}": path for path in paths}))


def scoring_script(source: ServiceSource) -> str:
    """Path of the entry script in the code."""
    folder = source.source_directory
    return source.entry_script.relative_to(folder).as_posix() if folder else source.entry_script.name


def _followed(context: BuildContext) -> BuildContext:
    """The context with the files that its links lead to in their place: a blob can't be a link.

    Raises:
        InvalidContext: A link leads to a folder, or nowhere.
    """
    files: dict[str, Path | bytes] = {}
    for entry in context.files:
        if entry.link is not None and isinstance(entry.source, Path):
            if not entry.source.is_file():
                raise InvalidContext(entry.source, f"must lead to a file, and leads to {entry.link}")
            files[entry.path] = entry.source.resolve()
    return context.adding(files)


def _asset(source: Path | bytes) -> pulumi.Asset:
    return (
        pulumi.StringAsset(source.decode()) if isinstance(source, bytes) else pulumi.FileAsset(str(source.absolute()))
    )


def _hash(parts: list[str]) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
