"""Copies of the consumers with an SDK from our schema, as `pulumi install` leaves them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from tests.contracts.plugin import schema
from tools.codegen import generate
from tools.pulumi import cache

ROOT = Path(__file__).parents[2]


def consumer(example: str, language: str, work: Path) -> Path:
    """A copy of a consumer in `work`, with the SDK of its language in `sdks/azureml-scoring`."""
    folder = work / "examples" / "consumers" / example
    left = shutil.ignore_patterns("sdks", "node_modules", "venv", "__pycache__")
    shutil.copytree(ROOT / "examples" / "consumers" / example, folder, ignore=left, dirs_exist_ok=True)
    written = work / "schema.json"
    written.write_text(json.dumps(schema()))
    generate(language, written, folder / "sdks" / "azureml-scoring")
    return folder


def installed(folder: Path) -> Path:
    """Where the Python SDK of a consumer is installed, beside its environment, which other tests use as well."""
    target = folder / "site"
    options = ["--quiet", "--python", sys.executable, "--no-deps", "--target", str(target)]
    uv = str(Path(sys.executable).parent / "uv")
    subprocess.run([uv, "pip", "install", *options, str(folder / "sdks" / "azureml-scoring")], check=True, timeout=120)
    return target


def node_modules(example: Path) -> Path:
    """What a consumer's lock file pins, installed outside the tree: once for each lock."""
    files = [(example / name).read_bytes() for name in ("package.json", "package-lock.json")]
    folder = cache.root().parent / f"node-{cache.digest(*files)}"
    if not folder.exists():
        with cache.locked():
            cache.make(folder, lambda made: _install(example, made))
    return folder / "node_modules"


def _install(example: Path, folder: Path) -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(example / name, folder)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=250)
