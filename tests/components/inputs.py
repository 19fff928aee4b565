"""Inputs that the components accept, to break one by one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.components.mocked import DIGEST, GROUP_ID

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "diabetes"
REGISTRY_ID = f"{GROUP_ID}/providers/Microsoft.ContainerRegistry/registries/contoso"
BASE_IMAGE = f"contoso.azurecr.io/base:v1@{DIGEST}"
CANARY = "canary-password-4711"

_BUILD = {
    "resource_group_name": "group",
    "registry_name": "contoso",
    "login_server": "contoso.azurecr.io",
    "storage_account_name": "account",
}


def registry(**changes: Any) -> Any:
    """Inputs of `ContainerRegistry`."""
    return {"resource_group_name": "group"} | changes


def workspace(**changes: Any) -> Any:
    """Inputs of `Workspace`."""
    return {"resource_group_name": "group", "container_registry_id": REGISTRY_ID} | changes


def base_image(**changes: Any) -> Any:
    """Inputs of `CustomBaseImage`."""
    image = {"context": str(EXAMPLE), "image_name": "diabetes-base", "requirement_level": "off"}
    return _BUILD | image | changes


def service(folder: Path, **changes: Any) -> Any:
    """Inputs of `ScoringService`, with files in a folder that `write_service` filled."""
    files = {
        "entry_script": str(folder / "score.py"),
        "models": [str(folder / "model.joblib")],
        "requirements": str(folder / "requirements.txt"),
    }
    pull = {"base_image": BASE_IMAGE, "pull_username": "puller", "pull_password": CANARY}
    own: dict[str, Any] = {"target": "aci", "auth": "none"}
    return _BUILD | pull | files | own | changes


def write_service(folder: Path) -> Path:
    """Writes the files of a small service; returns their folder."""
    (folder / "score.py").write_text("def init(): ...\ndef run(data): return data\n")
    (folder / "model.joblib").write_bytes(b"model")
    (folder / "requirements.txt").write_text("azureml-inference-server-http==1.5.1\n")
    return folder
