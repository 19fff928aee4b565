"""What can go wrong before a program or plugin runs.

LanguageHostError
├── UnknownToolchain
├── MissingVirtualEnvironment
├── ToolNotFound
└── InstallFailed
"""

from __future__ import annotations

from pathlib import Path


class LanguageHostError(Exception):
    """A problem that the user can mend; its text is what the engine shows."""


class UnknownToolchain(LanguageHostError):
    """The runtime option `toolchain` names something that this host does not have."""

    def __init__(self, toolchain: str) -> None:
        super().__init__(
            f"runtime option `toolchain` is {toolchain!r}; this language host has pip and uv. "
            "Choose one of them, or put the official Pulumi release on PATH."
        )


class MissingVirtualEnvironment(LanguageHostError):
    """The virtual environment of a program or plugin does not exist."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"the virtual environment {str(folder)!r} (runtime option `virtualenv`) doesn't exist. "
            "Create it with `pulumi install`, or with `python3 -m venv` and pip."
        )


class ToolNotFound(LanguageHostError):
    """A program that an installation needs is not on PATH."""

    def __init__(self, tool: str) -> None:
        super().__init__(f"`{tool}` is not on PATH; install it, or choose the runtime option `toolchain: pip`.")


class InstallFailed(LanguageHostError):
    """One step of installing dependencies ended with an error; its output was streamed already."""

    def __init__(self, step: str, code: int) -> None:
        super().__init__(f"installing dependencies failed: `{step}` ended with exit code {code}.")
