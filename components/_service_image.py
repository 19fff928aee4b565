"""The service image: what Azure ML adds to a base image when it deploys a model, here as a Dockerfile."""

from pathlib import Path

from .guest import LAUNCHER
from .rules import BuildContext, InvalidContext, PythonEnvironment, ServiceSource, model_name
from .targets import SCORING_PORT

APP_ROOT = "/var/azureml-app"
"""Folder of the service's code: the one of Azure ML's own images."""

_LAUNCHER_ROOT = "/var/azureml-scoring"
_MODEL_ROOT = f"{APP_ROOT}/azureml-models"

_DOCKERFILE = """\
ARG BASE_IMAGE
FROM ${{BASE_IMAGE}}
WORKDIR {root}
{install}COPY launcher {launcher_root}
COPY source ./
{models}EXPOSE {port}
ENTRYPOINT ["python", "{launcher_root}/{launcher}", "--entry_script", "{entry_script}", "--port", "{port}"]
"""

_PIP = """\
COPY requirements.txt ./
RUN python -m pip install --no-cache-dir -r requirements.txt
"""

# Into conda's base environment, the one of `python` in an image that has conda: the image's own packages stay, as they
# do with pip's requirements. Where `python` is another one, the build fails, and not the service.
_CONDA = """\
COPY environment.yml ./
RUN conda env update --name base --file environment.yml && conda clean --all --yes --quiet
RUN python -c "import azureml_inference_server_http"
"""

_NOT_SENT = ("**/__pycache__", "**/.git", "**/.venv")
"""What a source folder may hold and a service never needs."""


def service_context(source: ServiceSource) -> BuildContext:
    """The build context of the service image: a generated Dockerfile and the service's files.

    Raises:
        InvalidContext: A path can't be read.
    """
    folder, script = source.source_directory, source.entry_script
    entry = script.relative_to(folder) if folder else Path(script.name)
    models = [(model_name(model), model.absolute()) for model in source.models if isinstance(model, Path)]
    dockerfile = _DOCKERFILE.format(
        root=APP_ROOT,
        install="" if source.python.is_empty else _CONDA if source.python.is_conda else _PIP,
        launcher_root=_LAUNCHER_ROOT,
        launcher=LAUNCHER.name,
        models=_model_lines([name for name, _ in models]),
        port=SCORING_PORT,
        entry_script=entry.as_posix(),
    )
    return BuildContext.from_files(
        {
            "Dockerfile": dockerfile.encode(),
            **_packages(source.python),
            f"launcher/{LAUNCHER.name}": LAUNCHER.read_bytes(),
            "source" if folder else f"source/{script.name}": folder or script,
            **{f"models/{name}/1/{model.name}": model for name, model in models},
        },
        ignore=_NOT_SENT,
    )


def _model_lines(names: list[str]) -> str:
    """As Azure ML lays models out: the folder of the only one, or the one above the folders of several."""
    if not names:
        return ""
    folder = f"{_MODEL_ROOT}/{names[0]}/1" if len(names) == 1 else _MODEL_ROOT
    return f"COPY models {_MODEL_ROOT}\nENV AZUREML_MODEL_DIR={folder}\n"


def _packages(python: PythonEnvironment) -> dict[str, bytes]:
    if python.is_empty:
        return {}
    try:
        if python.is_conda:
            return {"environment.yml": python.conda_yaml().encode()}
        return {"requirements.txt": python.pip_text().encode()}
    except OSError as error:
        raise InvalidContext(str(error.filename), "can't be read") from error
