"""The service image: what Azure ML adds to a base image when it deploys a model, here as a Dockerfile."""

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
COPY models ./azureml-models
ENV AZUREML_MODEL_DIR={root}/azureml-models
EXPOSE {port}
ENTRYPOINT ["azmlinfsrv", "--entry_script", "{entry_script}", "--port", "{port}"]
"""


def service_context(source: ServiceSource) -> BuildContext:
    """The build context of the service image: a generated Dockerfile and the service's files.

    Raises:
        InvalidContext: A path can't be read.
    """
    folder, script = source.source_directory, source.entry_script
    entry = script.relative_to(folder) if folder else Path(script.name)
    dockerfile = _DOCKERFILE.format(root=APP_ROOT, port=SCORING_PORT, entry_script=entry.as_posix())
    return BuildContext.from_files(
        {
            "Dockerfile": dockerfile.encode(),
            "requirements.txt": source.requirements,
            "source" if folder else f"source/{script.name}": folder or script,
            "models" if source.model.is_dir() else f"models/{source.model.name}": source.model,
        },
        ignore=["**/__pycache__"],
    )
