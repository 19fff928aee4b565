"""SDKs for other languages from the components' schema, where the official language hosts are not.

`python -m tools.codegen <nodejs|go|python> <schema.json> <folder>`; the schema is what `pulumi package get-schema
./components` prints. The engine's own generators do it, in a small Go program that is built once, in minutes.
"""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path
from typing import Final

from tools.pulumi import build, cache, versions
from tools.pulumi.errors import EngineError, StepFailed
from tools.pulumi.progress import say

LANGUAGES: Final = ("nodejs", "go", "python")
"""What there is a generator for."""

SOURCE: Final = Path(__file__).parent / "generate.go"


class GenerationFailed(EngineError):
    """The generator refused a schema."""

    def __init__(self, language: str, reason: str) -> None:
        super().__init__(f"no {language} SDK could be made: {reason.strip()}")


def generate(language: str, schema: Path, folder: Path) -> None:
    """Writes the SDK of one language into a folder, where files of an earlier one stay.

    Args:
        language: One of `LANGUAGES`.
        schema: Pulumi's schema of a package, as JSON.
        folder: Where the SDK goes; made if it is not there.

    Raises:
        EngineError: The generator can't be built here, or the schema is not one of Pulumi's.
    """
    command = [str(generator()), language, str(schema.absolute()), str(folder.absolute())]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode:
        raise GenerationFailed(language, answer.stderr)


def generator() -> Path:
    """The generator, built where it is not yet; raises EngineError without a Go that can."""
    module = [(build.MODULE / name).read_bytes() for name in ("go.mod", "go.sum")]
    key = cache.digest(*module, SOURCE.read_bytes(), *build.FLAGS, platform.system(), platform.machine())
    folder = cache.root() / f"codegen-{versions.VERSION}-{key}"
    if not (folder / "codegen").exists():
        with cache.locked():
            cache.make(folder, _build)
    return folder / "codegen"


def _build(target: Path) -> None:
    go = build.find_go()
    say(f"building the code generators of pulumi {versions.VERSION}: once, some minutes")
    # In the engine's module: the source itself lies outside of it, as a file of nobody's package.
    command = [go, "build", *build.FLAGS, "-o", str(target / "codegen"), str(SOURCE)]
    environment = {**os.environ, "CGO_ENABLED": "0", "GOWORK": "off"}
    answer = subprocess.run(command, cwd=build.MODULE, env=environment, capture_output=True, text=True, check=False)
    if answer.returncode:
        raise StepFailed("compiling the generators", answer.stderr.splitlines(), build.advice(answer.stderr))
