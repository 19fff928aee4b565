"""The service image: what Azure ML adds to a base image when it deploys a model, here as a Dockerfile."""

import re
from pathlib import Path

from .rules import BuildContext, ServiceSource
from .targets import SCORING_PORT

APP_ROOT = "/var/azureml-app"
"""Folder of the service's code: the one of Azure ML's own images."""

_DOCKERFILE = """\
ARG BASE_IMAGE
FROM ${{BASE_IMAGE}}
WORKDIR {root}
COPY requirements.txt ./
RUN python -m pip install --no-cache-dir -r requirements.txt
COPY source ./
COPY model ./azureml-models/{model}/1
ENV AZUREML_MODEL_DIR={root}/azureml-models/{model}/1
EXPOSE {port}
ENTRYPOINT ["azmlinfsrv", "--entry_script", "{entry_script}", "--port", "{port}"]
"""

_NOT_SENT = ("**/__pycache__", "**/.git", "**/.venv")
"""What a source folder may hold and a service never needs."""


def service_context(source: ServiceSource) -> BuildContext:
    """The build context of the service image: a generated Dockerfile and the service's files.

    Raises:
        InvalidContext: A path can't be read.
    """
    folder, script, model = source.source_directory, source.entry_script, source.model.absolute()
    entry = script.relative_to(folder) if folder else Path(script.name)
    dockerfile = _DOCKERFILE.format(
        root=APP_ROOT, port=SCORING_PORT, entry_script=entry.as_posix(), model=_model_name(model)
    )
    return BuildContext.from_files(
        {
            "Dockerfile": dockerfile.encode(),
            "requirements.txt": source.requirements,
            "source" if folder else f"source/{script.name}": folder or script,
            f"model/{model.name}": model,
        },
        ignore=_NOT_SENT,
    )


def _model_name(model: Path) -> str:
    """A name as Azure ML gives to models: the server reads name and version out of the folders."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", model.stem).strip("-") or "model"
