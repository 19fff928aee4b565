"""The build context of a service image: a Dockerfile that our own rules accept, and the service's files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from azureml_scoring._service_image import service_context
from azureml_scoring.rules import (
    BuildContext,
    Dockerfile,
    InvalidContext,
    PythonEnvironment,
    ServiceSource,
    check_dockerfile,
)

from tests.components import inputs

BASE = inputs.BASE_IMAGE.replace(":v1", "")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return inputs.write_service(tmp_path)


def source(
    folder: Path,
    *,
    directory: Path | None = None,
    script: str = "score.py",
    models: Sequence[str] = ("model.joblib",),
    python: PythonEnvironment | None = None,
) -> ServiceSource:
    """The files of a service."""
    environment = python or PythonEnvironment(requirements=folder / "requirements.txt")
    return ServiceSource(folder / script, directory, tuple(folder / model for model in models), environment)


def paths(context: BuildContext) -> list[str]:
    """Where the files stand in the context."""
    return [entry.path for entry in context.files]


def dockerfile(context: BuildContext) -> str:
    """The text of the generated Dockerfile."""
    (entry,) = (entry for entry in context.files if entry.path == "Dockerfile")
    assert isinstance(entry.source, bytes)
    return entry.source.decode()


def test_the_dockerfile_is_one_that_our_rules_accept_and_builds_on_the_base_image(folder: Path) -> None:
    text = dockerfile(service_context(source(folder)))
    assert check_dockerfile(text, {"BASE_IMAGE": BASE}) == []
    (base,) = Dockerfile.parse(text, {"BASE_IMAGE": BASE}).base_images
    assert str(base) == BASE


def test_without_a_base_image_the_dockerfile_does_not_build(folder: Path) -> None:
    (problem,) = check_dockerfile(dockerfile(service_context(source(folder))))
    assert "BASE_IMAGE" in problem.rule


def test_the_server_runs_the_script_on_the_scoring_port_with_the_model(folder: Path) -> None:
    lines = dockerfile(service_context(source(folder))).splitlines()
    assert lines[-1] == (
        'ENTRYPOINT ["python", "/var/azureml-scoring/serve.py", "--entry_script", "score.py", "--port", "5001"]'
    )
    assert "EXPOSE 5001" in lines
    assert "COPY launcher /var/azureml-scoring" in lines
    assert "COPY models /var/azureml-app/azureml-models" in lines
    assert "ENV AZUREML_MODEL_DIR=/var/azureml-app/azureml-models/model/1" in lines
    assert "WORKDIR /var/azureml-app" in lines


def test_requirements_are_installed_before_code_and_model_so_that_the_layer_is_kept(folder: Path) -> None:
    text = dockerfile(service_context(source(folder)))
    assert text.index("RUN python -m pip install") < text.index("COPY source") < text.index("COPY models ")


def test_a_script_alone_goes_in_without_its_neighbours(folder: Path) -> None:
    (folder / "notes.txt").write_text("private")
    assert paths(service_context(source(folder))) == [
        "Dockerfile",
        "launcher/serve.py",
        "models/model/1/model.joblib",
        "requirements.txt",
        "source/score.py",
    ]


def test_a_source_directory_goes_in_as_a_whole_without_caches(folder: Path) -> None:
    code = folder / "src" / "package"
    code.mkdir(parents=True)
    (code / "score.py").write_text("def init(): ...\ndef run(data): ...\n")
    (code / ".git").mkdir()
    (code / ".git" / "config").write_text("")
    (code / "__pycache__").mkdir()
    (code / "__pycache__" / "score.cpython-311.pyc").write_bytes(b"")
    (folder / "src" / "helper.py").write_text("")
    context = service_context(source(folder, directory=folder / "src", script="src/package/score.py"))
    assert paths(context)[4:] == ["source/helper.py", "source/package/score.py"]
    assert '"package/score.py"' in dockerfile(context)


def test_a_folder_of_models_keeps_its_tree(folder: Path) -> None:
    (folder / "models" / "a").mkdir(parents=True)
    (folder / "models" / "a" / "weights.bin").write_bytes(b"a")
    (folder / "models" / "labels.txt").write_text("b")
    found = paths(service_context(source(folder, models=["models"])))
    assert found[2:4] == ["models/models/1/models/a/weights.bin", "models/models/1/models/labels.txt"]


@pytest.mark.parametrize(
    ("file", "name"),
    [("ridge.joblib", "ridge"), ("my model.v2.pkl", "my-model-v2"), ("...", "model"), ("žluť.onnx", "lu")],
)
def test_the_folder_of_a_model_is_a_name_that_azure_ml_gives(folder: Path, file: str, name: str) -> None:
    (folder / file).write_bytes(b"model")
    text = dockerfile(service_context(source(folder, models=[file])))
    assert f"ENV AZUREML_MODEL_DIR=/var/azureml-app/azureml-models/{name}/1\n" in text
    assert check_dockerfile(text, {"BASE_IMAGE": BASE}) == []


@pytest.mark.parametrize("name", ["score.py", "model.joblib", "requirements.txt"])
def test_a_change_of_any_file_changes_the_hash(folder: Path, name: str) -> None:
    before = service_context(source(folder)).hash
    assert service_context(source(folder)).hash == before
    with (folder / name).open("a") as stream:
        stream.write("# changed\n")
    assert service_context(source(folder)).hash != before


def test_a_file_that_is_not_there_is_an_invalid_context(folder: Path) -> None:
    (folder / "model.joblib").unlink()
    with pytest.raises(InvalidContext):
        service_context(source(folder))


def test_of_several_models_each_has_its_own_folder(folder: Path) -> None:
    (folder / "second").mkdir()
    (folder / "second" / "weights.bin").write_bytes(b"w")
    context = service_context(source(folder, models=["model.joblib", "second"]))
    assert paths(context)[2:4] == ["models/model/1/model.joblib", "models/second/1/second/weights.bin"]
    assert "ENV AZUREML_MODEL_DIR=/var/azureml-app/azureml-models\n" in dockerfile(context)


def test_without_a_model_there_is_no_folder_of_models(folder: Path) -> None:
    text = dockerfile(service_context(source(folder, models=[])))
    assert "models" not in text
    assert "AZUREML_MODEL_DIR" not in text
    assert check_dockerfile(text, {"BASE_IMAGE": BASE}) == []


def test_a_conda_file_is_installed_into_the_base_environment_and_checked_there(folder: Path) -> None:
    conda = folder / "environment.yml"
    conda.write_text("dependencies:\n- pip:\n  - -r requirements.txt\n")
    context = service_context(source(folder, python=PythonEnvironment(conda_file=conda)))
    lines = dockerfile(context).splitlines()
    assert "RUN conda env update --name base --file environment.yml && conda clean --all --yes --quiet" in lines
    assert 'RUN python -c "import azureml_inference_server_http"' in lines
    (entry,) = (entry for entry in context.files if entry.path == "environment.yml")
    assert isinstance(entry.source, bytes)
    assert b"azureml-inference-server-http==1.5.1" in entry.source, "what it names beside it is in it"
    assert check_dockerfile(dockerfile(context), {"BASE_IMAGE": BASE}) == []


def test_a_list_of_packages_is_a_requirements_file(folder: Path) -> None:
    context = service_context(source(folder, python=PythonEnvironment(pip_packages=("a==1", "b==2"))))
    (entry,) = (entry for entry in context.files if entry.path == "requirements.txt")
    assert entry.source == b"a==1\nb==2\n"


def test_an_image_that_brings_all_gets_nothing_installed(folder: Path) -> None:
    context = service_context(source(folder, python=PythonEnvironment(pip_packages=())))
    assert "requirements.txt" not in paths(context)
    assert "RUN" not in dockerfile(context)
    assert check_dockerfile(dockerfile(context), {"BASE_IMAGE": BASE}) == []
