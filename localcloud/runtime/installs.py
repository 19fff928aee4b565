"""The command lines of installers, taken apart: pip, conda and their relatives.

Facts about options are data here; what to do with them is decided in `requirements`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

PIP = re.compile(r"pip[\d.]*")
PYTHON = re.compile(r"python[\d.]*")
CONDA = frozenset({"conda", "mamba", "micromamba"})
SHELLS = frozenset({"sh", "bash", "dash", "ash", "zsh"})
OTHER_INSTALLERS = frozenset({"poetry", "pdm", "pipenv", "pipx", "hatch", "pixi", "easy_install", "pip-sync"})

_PIP_VALUES_TEXT = """
    -r --requirement -c --constraint -e --editable -i --index-url --extra-index-url -f --find-links --trusted-host
    -t --target --prefix --root --python-version --platform --implementation --abi --progress-bar --cache-dir
    --timeout --retries --proxy --cert --client-cert --upgrade-strategy --no-binary --only-binary --log --src
    --python -p --report -C --config-settings --config-setting --global-option --exists-action --use-feature
    --use-deprecated --root-user-action --keyring-provider --group --default-index --index --index-strategy
    --prerelease --resolution --exclude-newer --link-mode -b --build-constraint --build-constraints --override
    --overrides --extra -P --upgrade-package --reinstall-package
"""
PIP_VALUES = frozenset(_PIP_VALUES_TEXT.split())
# Options that change nothing about what gets installed into a fresh environment; others are named in the log.
_PIP_HARMLESS_TEXT = """
    -q --quiet -v --verbose -U --upgrade --user --no-cache-dir --no-cache -n --no-input --progress-bar --cache-dir
    --disable-pip-version-check --root-user-action --break-system-packages --timeout --retries --trusted-host
    --no-warn-script-location --no-warn-conflicts --no-color --upgrade-strategy --exists-action --system
    --prefer-binary --no-compile --compile-bytecode --force-reinstall --ignore-installed -I --isolated -y --python
    -p --no-python-version-warning --require-virtualenv --link-mode --log --src --no-progress
"""
PIP_HARMLESS = frozenset(_PIP_HARMLESS_TEXT.split())
_CONDA_VALUES_TEXT = """
    -n --name -p --prefix -c --channel -f --file --solver --experimental-solver --subdir --platform --repodata-fn
    --cwd --log-level -r --root-prefix
"""
CONDA_VALUES = frozenset(_CONDA_VALUES_TEXT.split())


@dataclass(frozen=True)
class Arguments:
    """A command line without its program.

    Attributes:
        words: what is not an option, in order.
        options: (name, value) in order; the value is '' for an option that takes none.
    """

    words: tuple[str, ...]
    options: tuple[tuple[str, str], ...]

    def values(self, *names: str) -> list[str]:
        """The values of every option with one of these names."""
        return [value for name, value in self.options if name in names]


def arguments(words: Sequence[str], with_value: frozenset[str]) -> Arguments:
    """Take a command line apart; `with_value` names the options that are followed by a value."""
    plain: list[str] = []
    options: list[tuple[str, str]] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word == "--":
            plain += rest
            break
        if word.startswith("--"):
            name, equals, value = word.partition("=")
            options.append((name, value if equals or name not in with_value else _take(rest)))
        elif word.startswith("-") and len(word) > 1:
            name = word[:2]
            options.append((name, word[2:].removeprefix("=") or _take(rest)) if name in with_value else (word, ""))
        else:
            plain.append(word)
    return Arguments(tuple(plain), tuple(options))


def until_word(words: Sequence[str], with_value: frozenset[str]) -> list[str]:
    """The part of a command line that starts at its first word that is no option (nor an option's value)."""
    rest = list(words)
    while rest and rest[0].startswith("-"):
        option = rest.pop(0)
        if option in with_value:
            _take(rest)
    return rest


def requirement_lines(text: str) -> Iterable[str]:
    """The lines of a requirements file: continued lines joined, comments and blank lines left out."""
    for line in re.sub(r"\\\r?\n", " ", text).splitlines():
        content = re.sub(r"(^|\s)#.*$", "", line).strip()
        if content:
            yield content


def is_local(requirement: str) -> bool:
    """Whether a requirement is a path (a project or an archive) rather than a name or a URL."""
    if "://" in requirement or " @ " in requirement:
        return False
    return requirement.startswith((".", "/", "~")) or requirement.endswith((".whl", ".tar.gz", ".zip"))


def script_of(words: Sequence[str]) -> str | None:
    """The script that a shell is given with -c (also `-lc`, `-o pipefail -c`); None without one."""
    for index, word in enumerate(words):
        if word.startswith("-") and not word.startswith("--") and word.endswith("c") and index + 1 < len(words):
            return words[index + 1]
    return None


def _take(rest: list[str]) -> str:
    return rest.pop(0) if rest else ""
