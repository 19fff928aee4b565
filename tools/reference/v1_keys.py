"""The page docs/v1-files.md: what becomes of each key of the old SDK's files, by target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from azureml_scoring.v1_files import DeploymentConfig, InferenceConfig, Key, Verdict, keys_of
from azureml_scoring.v1_files._keys import TARGETS, Section

from tools.reference.page import table

_INTRODUCTION = """\
# The keys of the v1 files

Each key of `inferenceconfig.json` and `deploymentconfig.json`, and the input of `ScoringService` that it becomes on
each target; `python -m tools.reference` writes this page from the readers of the files. **no meaning**: the key is left
out, with a warning that has the reason. **refused**: an error, unless the input is given that takes its place. How the
files are used: [migration](migration.md).
"""

_UNNAMED = {"conda_text": "a conda file"}
"""What becomes of a key that is none of the inputs."""


def page() -> str:
    """The whole page."""
    files: tuple[tuple[str, type[Section]], ...] = (
        ("inferenceconfig.json", InferenceConfig),
        ("deploymentconfig.json", DeploymentConfig),
    )
    return "\n".join([_INTRODUCTION, *(f"## {name}\n\n{_keys(model)}" for name, model in files)])


def _keys(model: type[Section]) -> str:
    head = ["key", *(f"`{target}`" for target in TARGETS), "where it is not used"]
    return table(head, [_row(name, key) for name, key in keys_of(model)])


def _row(name: str, key: Key) -> Sequence[str]:
    return [f"`{name}`", *(_cell(key, target) for target in TARGETS), "; ".join(_reasons(key))]


def _cell(key: Key, target: str) -> str:
    verdict = key.verdict(target)
    if verdict is Verdict.USED:
        name = key.inputs[target]
        return _UNNAMED.get(name) or f"`{name}`"
    return "refused" if verdict is Verdict.REFUSED else "no meaning"


def _reasons(key: Key) -> Iterator[str]:
    if key.why and len(key.inputs) < len(TARGETS):
        yield key.why
    if key.refused:
        yield f"in its place: {', '.join(f'`{name}`' for name in key.instead) or key.fix}"
