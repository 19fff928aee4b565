"""Inline conda dependencies as the text of an environment file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from .inference_config import CondaDependencies


def conda_text(dependencies: CondaDependencies) -> str:
    """The text of a conda environment file; what the file has not is left out, and the order is kept."""
    document: dict[str, Any] = dependencies.model_dump(exclude_none=True, include={"name", "channels", "dependencies"})
    return yaml.safe_dump(document, sort_keys=False, default_flow_style=False, allow_unicode=True, width=1000)
