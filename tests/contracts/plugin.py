"""The schema that the plugin serves, without an engine."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from typing import Any

from tests.contracts.tree import ROOT

# In a process of its own: the plugin puts its folder in the place of the installed package.
_PROGRAM = """
import runpy, sys
host = runpy.run_path(sys.argv[1], run_name="host")
print(host["provider"](host["load_package"]()).schema)
"""


@cache
def schema() -> dict[str, Any]:
    """What `pulumi package get-schema ./components` prints."""
    host = ROOT / "components" / "__main__.py"
    text = subprocess.check_output([sys.executable, "-c", _PROGRAM, str(host)], text=True, timeout=120)
    found: dict[str, Any] = json.loads(text)
    return found
