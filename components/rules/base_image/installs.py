"""Package managers: which packages and files a call installs from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from .calls import Call, read_options
from .shell import Word

__all__ = ["Install", "Manager", "install_of"]


class Manager(str, Enum):
    """Whose way of writing packages is used."""

    APT = "apt"
    PIP = "pip"
    CONDA = "conda"
    UV = "uv"


@dataclass(frozen=True)
class Install:
    """One installation.

    Attributes:
        manager: Whose way of writing packages is used; mamba and micromamba write them as conda does.
        tool: The command as people say it: `apt-get install`.
        offset: Where the call starts in its instruction's text.
        packages: What is named on the command line.
        requirements: Files with packages, in pip's or conda's list form.
        constraints: pip's constraint files.
        environments: Environment files in YAML (conda).
        environment: Name or path of the conda environment; None for the one that is active.
        blanket: True where everything is brought to its newest version (`apt-get upgrade`, `conda update`).
        from_input: True where packages come from the command's input.
        locked: True where a lock file decides (`uv sync --locked`).
    """

    manager: Manager
    tool: str
    offset: int
    packages: tuple[Word, ...] = ()
    requirements: tuple[Word, ...] = ()
    constraints: tuple[Word, ...] = ()
    environments: tuple[Word, ...] = ()
    environment: str | None = None
    blanket: bool = False
    from_input: bool = False
    locked: bool = False


_APT = frozenset({"apt", "apt-get", "aptitude"})
_APT_VALUES = frozenset({"-o", "--option", "-t", "--target-release", "--default-release", "-c", "--config-file", "-a"})
_APT_UPGRADES = frozenset({"upgrade", "dist-upgrade", "full-upgrade", "safe-upgrade"})

_PIP = re.compile(r"pip(?:\d+(?:\.\d+)?)?|pipx")
_PYTHON = re.compile(r"(?:python|pypy)(?:\d+(?:\.\d+)?)?")
_PYTHON_VALUES = frozenset({"-W", "-X", "-Q"})
_PIP_VALUES = frozenset(
    {
        "-r",
        "--requirement",
        "--requirements",
        "-c",
        "--constraint",
        "--constraints",
        "-e",
        "--editable",
        "-t",
        "--target",
        "-i",
        "--index-url",
        "--extra-index-url",
        "--index",
        "--default-index",
        "-f",
        "--find-links",
        "--trusted-host",
        "--proxy",
        "--timeout",
        "--retries",
        "--cache-dir",
        "--prefix",
        "--root",
        "--src",
        "--platform",
        "--python-version",
        "--implementation",
        "--abi",
        "--global-option",
        "--config-settings",
        "-C",
        "--install-option",
        "--build-option",
        "--no-binary",
        "--only-binary",
        "--progress-bar",
        "--upgrade-strategy",
        "--log",
        "--cert",
        "--client-cert",
        "--exists-action",
        "--report",
        "--python",
        "-p",
        "--use-feature",
        "--use-deprecated",
        "--root-user-action",
        "--keyring-provider",
        "-d",
        "--dest",
        "--index-strategy",
        "--link-mode",
        "--resolution",
        "--prerelease",
        "--overrides",
        "--override",
        "--build-constraint",
        "--build-constraints",
        "-b",
        "--no-build-package",
        "--no-binary-package",
        "--upgrade-package",
        "-P",
        "--refresh-package",
        "--reinstall-package",
        "--exclude-newer",
        "--torch-backend",
        "--python-platform",
        "--extra",
        "--group",
    }
)
_CONDA = frozenset({"conda", "mamba", "micromamba"})
_CONDA_VALUES = frozenset(
    {
        "-n",
        "--name",
        "-p",
        "--prefix",
        "-c",
        "--channel",
        "--file",
        "--solver",
        "--experimental-solver",
        "--repodata-fn",
        "--revision",
        "--clone",
        "-r",
        "--root-prefix",
        "--platform",
        "--subdir",
        "--rc-file",
        "--category",
    }
)
_CONDA_VERBS = MappingProxyType({"install": False, "create": False, "update": True, "upgrade": True})
_YAML = (".yml", ".yaml")


def install_of(call: Call) -> Install | None:
    """Return what a call installs; None where it installs nothing."""
    if call.program in _APT:
        return _apt(call)
    if _PIP.fullmatch(call.program):
        return _pip(call, call.arguments, call.program, Manager.PIP)
    if _PYTHON.fullmatch(call.program):
        return _python(call)
    if call.program == "uv":
        return _uv(call, call.arguments)
    if call.program in _CONDA:
        return _conda(call)
    return None


def _apt(call: Call) -> Install | None:
    positional, _ = read_options(call.arguments, _APT_VALUES)
    verb = positional[0].text if positional else ""
    if verb in _APT_UPGRADES:
        return Install(Manager.APT, f"{call.program} {verb}", call.path.offset, blanket=True)
    if verb not in ("install", "reinstall"):
        return None
    packages = tuple(positional[1:])
    return Install(
        Manager.APT, f"{call.program} {verb}", call.path.offset, packages=packages, from_input=call.from_input
    )


def _python(call: Call) -> Install | None:
    """Read `python -m pip`, with Python's own options before it."""
    rest = list(call.arguments)
    while rest and rest[0].text.startswith("-") and rest[0].text not in ("-m", "-c"):
        if rest.pop(0).text in _PYTHON_VALUES and rest:
            rest.pop(0)
    if [word.text for word in rest[:1]] != ["-m"] or not rest[1:]:
        return None
    arguments = tuple(rest[2:])
    if rest[1].text in ("pip", "pipx"):
        return _pip(call, arguments, f"{call.program} -m {rest[1].text}", Manager.PIP)
    return _uv(call, arguments) if rest[1].text == "uv" else None


def _pip(call: Call, arguments: tuple[Word, ...], tool: str, manager: Manager) -> Install | None:
    positional, options = read_options(arguments, _PIP_VALUES)
    if not positional or positional[0].text not in ("install", "download", "wheel"):
        return None

    def files(*names: str) -> tuple[Word, ...]:
        return tuple(value for name, value in options if name in names and value)

    return Install(
        manager,
        f"{tool} {positional[0].text}",
        call.path.offset,
        packages=(*positional[1:], *files("-e", "--editable")),
        requirements=files("-r", "--requirement", "--requirements"),
        constraints=files("-c", "--constraint", "--constraints"),
        environment=call.environment,
        from_input=call.from_input,
    )


def _uv(call: Call, arguments: tuple[Word, ...]) -> Install | None:
    """Read `uv pip install`, `uv add`, `uv tool install` and `uv sync`."""
    verbs = [word.text for word in read_options(arguments, _PIP_VALUES)[0][:2]]
    at = next((index for index, word in enumerate(arguments) if verbs and word.text == verbs[0]), 0)
    if verbs[:1] == ["pip"] and verbs[1:] == ["sync"]:
        files = tuple(read_options(arguments[at + 1 :], _PIP_VALUES)[0][1:])
        return Install(Manager.UV, "uv pip sync", call.path.offset, requirements=files)
    if verbs[:1] in (["pip"], ["tool"]):
        return _pip(call, arguments[at + 1 :], f"uv {verbs[0]}", Manager.UV)
    if verbs[:1] == ["add"]:
        packages = tuple(read_options(arguments, _PIP_VALUES)[0][1:])
        return Install(Manager.UV, "uv add", call.path.offset, packages=packages)
    if verbs[:1] == ["sync"]:
        locked = any(word.text in ("--locked", "--frozen") for word in arguments)
        return Install(Manager.UV, "uv sync", call.path.offset, blanket=not locked, locked=locked)
    return None


def _conda(call: Call) -> Install | None:
    values = _CONDA_VALUES | ({"-f"} if call.program != "conda" or _is_env(call) else set())
    positional, options = read_options(call.arguments, values)
    verbs = [word.text for word in positional]
    of_env = verbs[:1] == ["env"]
    verb = verbs[1] if of_env and len(verbs) > 1 else (verbs[0] if verbs else "")
    if verb not in _CONDA_VERBS or any(name == "--clone" for name, _ in options):
        return None
    files = [value for name, value in options if name in ("-f", "--file") and value]
    if of_env and not files:
        files = [Word("environment.yml", call.path.offset)]
    yaml = tuple(file for file in files if of_env or file.text.endswith(_YAML))
    environment = next(
        (value.text for name, value in options if name in ("-n", "--name", "-p", "--prefix") and value), None
    )
    return Install(
        Manager.CONDA,
        f"{call.program} {'env ' if of_env else ''}{verb}",
        call.path.offset,
        packages=() if of_env else tuple(positional[1:]),
        requirements=tuple(file for file in files if file not in yaml),
        environments=yaml,
        environment=environment or call.environment,
        blanket=_CONDA_VERBS[verb] and not of_env,
        from_input=call.from_input,
    )


def _is_env(call: Call) -> bool:
    """Say whether it is `conda env ...`, whose `-f` names a file; `conda install -f` is an old `--force`."""
    return any(word.text == "env" for word in call.arguments[:2])
