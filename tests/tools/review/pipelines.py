"""The shell steps of the ready workflows, as they stand in their files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[3]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PIPELINE = ROOT / "azure-pipelines.yml"
INSTALLS = {"make setup", "make setup engine"}
"""Steps that make a machine ready; a test has that behind it."""


def shell_steps() -> dict[str, str]:
    """Every shell step by `<file> <name>`, but those that only install."""
    found: dict[str, str] = {}
    for file in WORKFLOWS:
        for job in yaml.safe_load(file.read_text())["jobs"].values():
            found |= {f"{file.name} {step['name']}": step["run"] for step in job.get("steps", ()) if "run" in step}
    for step in _all_steps(yaml.safe_load(PIPELINE.read_text())):
        script = step.get("bash") or step.get("inputs", {}).get("inlineScript")
        if script:
            found[f"{PIPELINE.name} {step['displayName']}"] = script
    return {name: script for name, script in found.items() if script.strip() not in INSTALLS}


def _all_steps(value: Any) -> Iterator[dict[str, Any]]:
    """The steps below a part of Azure's document, wherever they stand."""
    if isinstance(value, dict):
        if "bash" in value or "task" in value:
            yield value
        for below in value.values():
            yield from _all_steps(below)
    elif isinstance(value, list):
        for below in value:
            yield from _all_steps(below)
