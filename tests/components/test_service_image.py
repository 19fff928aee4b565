"""The build context of a service image: a Dockerfile that our own rules accept, and the service's files."""

from __future__ import annotations

from pathlib import Path

import pytest
from azureml_scoring._service_image import service_context
from azureml_scoring.rules import BuildContext, Dockerfile, InvalidContext, ServiceSource, check_dockerfile

from tests.components import inputs

BASE = inputs.BASE_IMAGE.replace(":v1", "")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return inputs.write_service(tmp_path)


def source(
    folder: Path, *, directory: Path | None = None, script: str = "score.py", model: str = "model.joblib"
) -> ServiceSource:
    """The files of a service."""
    return ServiceSource(folder / script, directory, folder / model, folder / "requirements.txt")


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
    assert lines[-1] == 'ENTRYPOINT ["azmlinfsrv", "--entry_script", "score.py", "--port", "5001"]'
    assert "EXPOSE 5001" in lines
    assert "COPY model ./azureml-models/model/1" in lines
    assert "ENV AZUREML_MODEL_DIR=/var/azureml-app/azureml-models/model/1" in lines
    assert "WORKDIR /var/azureml-app" in lines


def test_requirements_are_installed_before_code_and_model_so_that_the_layer_is_kept(folder: Path) -> None:
    text = dockerfile(service_context(source(folder)))
    assert text.index("RUN python -m pip install") < text.index("COPY source") < text.index("COPY model ")


def test_a_script_alone_goes_in_without_its_neighbours(folder: Path) -> None:
    (folder / "notes.txt").write_text("private")
    assert paths(service_context(source(folder))) == [
        "Dockerfile",
        "model/model.joblib",
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
    assert paths(context)[3:] == ["source/helper.py", "source/package/score.py"]
    assert '"package/score.py"' in dockerfile(context)


def test_a_folder_of_models_keeps_its_tree(folder: Path) -> None:
    (folder / "models" / "a").mkdir(parents=True)
    (folder / "models" / "a" / "weights.bin").write_bytes(b"a")
    (folder / "models" / "labels.txt").write_text("b")
    found = paths(service_context(source(folder, model="models")))
    assert found[1:3] == ["model/models/a/weights.bin", "model/models/labels.txt"]


@pytest.mark.parametrize(
    ("file", "name"),
    [("ridge.joblib", "ridge"), ("my model.v2.pkl", "my-model-v2"), ("...", "model"), ("žluť.onnx", "lu")],
)
def test_the_folder_of_a_model_is_a_name_that_azure_ml_gives(folder: Path, file: str, name: str) -> None:
    (folder / file).write_bytes(b"model")
    text = dockerfile(service_context(source(folder, model=file)))
    assert f"COPY model ./azureml-models/{name}/1\n" in text
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
