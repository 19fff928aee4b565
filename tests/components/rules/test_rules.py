"""The package of rules as a whole: what it offers and what it must not load."""

from __future__ import annotations

import subprocess
import sys

from azureml_scoring import rules


def test_all_is_true() -> None:
    assert len(rules.__all__) == len(set(rules.__all__))
    assert [name for name in rules.__all__ if not hasattr(rules, name)] == []


def test_importing_a_rule_loads_no_cloud_sdk() -> None:
    code = (
        "import sys, azureml_scoring.rules.image_reference;"
        "print({name.partition('.')[0] for name in sys.modules} & {'pulumi', 'pulumi_azure_native', 'grpc'})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
