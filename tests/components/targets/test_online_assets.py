"""What is uploaded of a version: links are the files that they lead to, for Azure's blobs and for their hash."""

from __future__ import annotations

from pathlib import Path

from azureml_scoring.rules import PythonEnvironment, ServiceSource
from azureml_scoring.targets._online_assets import code_context, models_context

from tests.components import inputs


def test_what_a_link_leads_to_is_uploaded_and_is_part_of_the_hash(tmp_path: Path) -> None:
    folder = tmp_path / "src"
    folder.mkdir()
    inputs.write_service(folder)
    shared = tmp_path / "shared.py"
    shared.write_text("VERSION = 1\n")
    (folder / "shared.py").symlink_to(shared)
    source = ServiceSource(folder / "score.py", folder, (), PythonEnvironment(pip_packages=()))
    before = code_context(source)
    (linked,) = (entry for entry in before.files if entry.path == "shared.py")
    assert linked.link is None
    assert linked.source == shared.resolve()
    hashed = before.hash
    shared.write_text("VERSION = 2\n")
    assert code_context(source).hash != hashed, "another content has to be another deployment"


def test_so_is_it_in_a_folder_of_a_model(tmp_path: Path) -> None:
    model, blob = tmp_path / "model", tmp_path / "blob"
    model.mkdir()
    blob.write_bytes(b"1")
    (model / "model.bin").symlink_to(blob)
    (entry,) = models_context([model]).files
    assert (entry.path, entry.source, entry.link) == ("model/model.bin", blob.resolve(), None)
