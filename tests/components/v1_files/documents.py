"""The files that tests write, and what is read of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from azureml_scoring.v1_files import V1Inputs, read_v1_files

ROOT = Path(__file__).parents[3]
DOCUMENT = ROOT / "examples" / "v1" / "inferenceconfig.json"


def written(folder: Path, name: str, document: object) -> Path:
    """A file with a JSON document."""
    path = folder / name
    path.write_text(json.dumps(document))
    return path


def read_deployment(folder: Path, target: str | None, given: dict[str, Any] | None = None, **keys: Any) -> V1Inputs:
    """What is read of a `deploymentconfig.json` with these keys; its compute type is AKS unless they say another."""
    file = written(folder, "deploymentconfig.json", {"computeType": "AKS"} | keys)
    return read_v1_files(None, file, target, given)


def read_inference(folder: Path, given: dict[str, Any] | None = None, **keys: Any) -> V1Inputs:
    """What is read of an `inferenceconfig.json` with these keys, for `aks`."""
    file = written(folder, "inferenceconfig.json", {"entryScript": "score.py"} | keys)
    return read_v1_files(file, None, "aks", given)


def errors(read: V1Inputs) -> list[str]:
    """What stops a deployment, without the path of the file."""
    return [str(problem).rpartition(".json: ")[2] for problem in read.problems if not problem.warning]


def warned(read: V1Inputs) -> set[str]:
    """The keys that are warned of."""
    return {problem.subject.rpartition(".json: ")[2] for problem in read.problems if problem.warning}
