"""The commands of a page, run as a reader does: one shell, in the order of the page, a fresh copy of the project."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from localcloud import environment, lifecycle
from localcloud.home import Home
from tests.contracts.tree import files
from tests.docs.blocks import ROOT, Block, Page
from tests.journeys.project import free_port
from tools.local import train

ENGINE = re.compile(r"\bpulumi\b|\bmake (?:up|down|review|promote|engine)\b|\blocalcloud\b")
"""Commands that need the engine or the cloud."""
_SAID = "@@docs-test "
"""What the shell prints between the blocks, to tell their outputs apart."""
_PORT = re.compile(r"\b889\d\b")
"""The ports of the examples: a test takes free ones in their place."""
_OTHERS = ("ARM_", "GIT_", "LOCALCLOUD_HOME", "PULUMI_")
"""Variables of the shell that runs the tests, which a reader's does not have."""
_IDENTITY = {"NAME": "Reader", "EMAIL": "reader@example.com"}
_FIRST = """set -euo pipefail
docs_test_project=$PWD
# The environment is there, and shared with tests that run beside: make must not renew it.
make() { command make --old-file=setup "$@"; }"""


@dataclass(frozen=True)
class Ended:
    """How a session ended.

    Attributes:
        code: Exit code of the shell; it ends with the first command that fails where none should.
        printed: What the commands of each block that began printed, errors among it.
    """

    code: int
    printed: Mapping[Block, str]


class Ports:
    """A free port for each that the pages name."""

    def __init__(self) -> None:
        self._free: dict[str, str] = {}

    def freed(self, text: str) -> str:
        """The text with free ports in place of its own; the same one for the same one."""
        return _PORT.sub(lambda port: self._free.setdefault(port[0], str(free_port())), text)


def copy(folder: Path, ports: Ports) -> Path:
    """A fresh clone in a folder: the files that Git keeps, one commit, and the environment that `make setup` makes."""
    for path in files():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, folder / path)
    for stack in (folder / "stacks").glob("*.yaml"):
        stack.write_text(ports.freed(stack.read_text()))
    (folder / ".venv").symlink_to(sys.prefix)
    for command in ("init --quiet", "add --all", "commit --quiet --message clone"):
        subprocess.run(["git", *command.split()], cwd=folder, env=variables(), check=True, timeout=60)
    return folder


def variables() -> dict[str, str]:
    """The environment of a reader's shell: nothing of a cloud, and an identity for Git."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(_OTHERS)}
    who = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in _IDENTITY.items()}
    return kept | who | {"GIT_CONFIG_GLOBAL": os.devnull}


def prepared(folder: Path, home: Home) -> dict[str, str]:
    """What a how-to starts from: a cloud, an empty stack `dev`, the example's model; its commands ask nothing back."""
    model = train()
    shutil.copytree(model.parent, folder / model.parent.relative_to(ROOT))
    lifecycle.start(home)
    given = environment.build(home, variables()) | {"PULUMI_SKIP_CONFIRMATIONS": "true"}
    subprocess.run(
        ["pulumi", "stack", "init", "dev"], cwd=folder, env=given, check=True, capture_output=True, timeout=60
    )
    return given


def run(page: Page, folder: Path, ports: Ports, timeout: float) -> Ended:
    """Runs the commands of a page in a copy of the project; nothing of its clouds is left running.

    Args:
        page: The page.
        folder: A copy, see `copy`; what the shell prints goes to a file beside it.
        ports: The free ports of the copy.
        timeout: Seconds that all commands may take together.
    """
    steps = [block for block in page.blocks if block.runs or block.marker == "file"]
    script, log = folder.with_suffix(".sh"), folder.with_suffix(".log")
    script.write_text("\n".join([_FIRST, *(_step(at, block, ports) for at, block in enumerate(steps))]))
    home = Home(folder / ".localcloud", Home.from_environment().cache)
    try:
        given = prepared(folder, home) if page.on_cloud else variables()
        with log.open("w") as output:
            command = ["bash", str(script)]
            shell = subprocess.run(
                command, cwd=folder, env=given, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                timeout=timeout, check=False,
            )  # fmt: skip
        code = shell.returncode
    finally:
        if home.root.exists():
            lifecycle.reset(home)
    return Ended(code, _printed(log.read_text(errors="replace"), steps))


def _step(at: int, block: Block, ports: Ports) -> str:
    """What the shell does for a block."""
    code, say = ports.freed(block.code), f"echo; echo '{_SAID}{at}'"
    if block.marker == "file":
        path = f'"$docs_test_project/{block.argument}"'
        return f"mkdir -p $(dirname {path})\ncat > {path} <<'DOCS_TEST_END'\n{code}DOCS_TEST_END"
    if block.marker == "fails":
        return f"{say}\nset +e\n{code}docs_test=$?\nset -e\n[ $docs_test -ne 0 ] || {{ echo it did not fail; exit 1; }}"
    return f"{say}\n{code}"


def _printed(log: str, steps: list[Block]) -> dict[Block, str]:
    """The parts of the log by the block that made them."""
    parts = re.split(rf"^{_SAID}(\d+)$", log, flags=re.MULTILINE)[1:]
    return {steps[int(at)]: text for at, text in zip(parts[::2], parts[1::2], strict=True)}
