"""Shell text cut into commands, wrappers taken off, and installations recognised."""

from __future__ import annotations

import pytest
from azureml_scoring.rules.base_image.calls import calls_of
from azureml_scoring.rules.base_image.installs import Install, Manager, install_of
from azureml_scoring.rules.base_image.shell import commands_of


def called(text: str, **values: str) -> list[list[str]]:
    """The calls of a shell text, as words."""
    return [[call.program, *(word.text for word in call.arguments)] for call in calls_of(commands_of(text, values))]


def installs(text: str) -> list[Install]:
    """The installations of a shell text."""
    found = (install_of(call) for call in calls_of(commands_of(text, {})))
    return [install for install in found if install]


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("a b && c; d || e | f & g\nh", [["a", "b"], ["c"], ["d"], ["e"], ["f"], ["g"], ["h"]]),
        ("a 'b c' \"d e\" f\\ g", [["a", "b c", "d e", "f g"]]),
        ("a > x 2>&1 >> y < z &> w b", [["a", "b"]]),
        ("a # b\nc#d", [["a"], ["c#d"]]),
        ("(a && b)", [["a"], ["b"]]),
        ("{ a; }", [["a"]]),
        ("if a; then b; elif c; then d; else e; fi", [["a"], ["b"], ["c"], ["d"], ["e"]]),
        ("for x in 1 2; do a $x; done", [["a", "$x"]]),
        ("while a; do b; done", [["a"], ["b"]]),
        ("! a", [["a"]]),
        ("V=1 W=2 a $V", [["a", "$V"]]),
        ("V=1; a $V ${V} ${V:-2} ${W:-2} ${V:+3} $W", [["a", "1", "1", "1", "2", "3", "$W"]]),
        ("export V=1 && a $V", [["a", "1"]]),
        ("V=$(b) && a $V", [["b"], ["a", "$V"]]),
        ("a $(b c) `d`", [["b", "c"], ["d"], ["a", "$(b c)", "`d`"]]),
        ("a '$V' \"$V\" \\$V", [["a", "$V", "k", "$V"]]),
        ("a $P", [["a", "x", "y=1"]]),
        ('a "$P"', [["a", "x y=1"]]),
        ("a 'open", [["a", "open"]]),
        ('a "open', [["a", "open"]]),
        ("a $(open", [["open"], ["a", "$(open"]]),
        ("a ${V%.*} $((1+2)) $", [["1+2"], ["a", "${V%.*}", "$((1+2))", "$"]]),
        ("", []),
    ],
)
def test_commands(text: str, calls: list[list[str]]) -> None:
    assert called(text, **{"V": "k"} if "'$V'" in text else {}, P="x y=1") == calls


@pytest.mark.parametrize(
    "text",
    [
        "pip install x",
        "sudo -E -u root pip install x",
        "env -u A B=1 pip install x",
        "A=1 pip install x",
        "timeout -k 5 60 pip install x",
        "nice -n 10 pip install x",
        "exec pip install x",
        "bash -c 'pip install x'",
        "bash -lc 'pip install x'",
        "/bin/sh -ec 'pip install x'",
        "bash -o pipefail -c 'pip install x'",
        "bash -eo pipefail -c 'pip install x'",
        "bash --login -c 'pip install x' name",
        "sh -c \"sh -c 'pip install x'\"",
        "su user -c 'pip install x'",
        "su - user -s /bin/bash -c 'pip install x'",
        "gosu user pip install x",
        "eval 'pip install x'",
        "conda run -n base --no-capture-output pip install x",
        "micromamba run pip install x",
        "/opt/conda/bin/pip install x",
    ],
)
def test_wrappers(text: str) -> None:
    (call,) = calls_of(commands_of(text, {}))
    assert (call.program, [word.text for word in call.arguments]) == ("pip", ["install", "x"])


def test_a_shell_without_text_is_its_own_call() -> None:
    assert called("bash -x script.sh arg") == [["bash", "-x", "script.sh", "arg"]]


def test_nested_shells_end() -> None:
    text = "pip install x"
    for _ in range(30):
        text = f"eval {text}"
    assert called(text) == []


@pytest.mark.parametrize(
    ("text", "manager", "tool", "packages"),
    [
        ("apt-get install -y a b=1", Manager.APT, "apt-get install", ["a", "b=1"]),
        ("apt -qq -y -t x install a", Manager.APT, "apt install", ["a"]),
        ("apt-get -o A::B=c install --no-install-recommends a", Manager.APT, "apt-get install", ["a"]),
        ("pip install -U a", Manager.PIP, "pip install", ["a"]),
        ("pip3.11 --no-cache-dir install -i u a -t d", Manager.PIP, "pip3.11 install", ["a"]),
        ("python -m pip install a", Manager.PIP, "python -m pip install", ["a"]),
        ("python3.10 -I -W ignore -m pip install a", Manager.PIP, "python3.10 -m pip install", ["a"]),
        ("pip install --index-url=u a -e b", Manager.PIP, "pip install", ["a", "b"]),
        ("conda install -n e -c ch -y a=1", Manager.CONDA, "conda install", ["a=1"]),
        ("mamba create -yn e a", Manager.CONDA, "mamba create", ["a"]),
        ("micromamba install -yc ch a", Manager.CONDA, "micromamba install", ["a"]),
        ("uv pip install --system a", Manager.UV, "uv pip install", ["a"]),
        ("uv --quiet pip install -p py a", Manager.UV, "uv pip install", ["a"]),
        ("python -m uv pip install a", Manager.UV, "uv pip install", ["a"]),
        ("uv add a", Manager.UV, "uv add", ["a"]),
        ("uv tool install a", Manager.UV, "uv tool install", ["a"]),
    ],
)
def test_packages(text: str, manager: Manager, tool: str, packages: list[str]) -> None:
    (install,) = installs(text)
    assert (install.manager, install.tool, [word.text for word in install.packages]) == (manager, tool, packages)


@pytest.mark.parametrize(
    "text",
    [
        "apt-get update",
        "apt-get remove a",
        "pip --version",
        "pip uninstall -y a",
        "python -c 'pip install a'",
        "python install.py",
        "conda clean -ay",
        "conda env list",
        "conda create -n x --clone y",
        "conda config --add channels x",
        "uv --version",
        "uv",
        "echo pip install a",
    ],
)
def test_what_installs_nothing(text: str) -> None:
    assert installs(text) == []


def test_files() -> None:
    (install,) = installs("pip install -r a.txt -rb.txt --requirement=c.txt -Ur d.txt -c e.txt f")
    assert [word.text for word in install.requirements] == ["a.txt", "b.txt", "c.txt", "d.txt"]
    assert [word.text for word in install.constraints] == ["e.txt"]
    (install,) = installs("pip install --constraint=g.txt --constraint h.txt f")
    assert [word.text for word in install.constraints] == ["g.txt", "h.txt"]
    (install,) = installs("conda env update -n base -f e.yml")
    assert ([word.text for word in install.environments], install.environment) == (["e.yml"], "base")
    (install,) = installs("conda env create")
    assert [word.text for word in install.environments] == ["environment.yml"]
    (install,) = installs("micromamba create -f e.yaml -f list.txt")
    assert [word.text for word in install.environments] == ["e.yaml"]
    assert [word.text for word in install.requirements] == ["list.txt"]
    (install,) = installs("conda install -f a")
    assert [word.text for word in install.packages] == ["a"]
    (install,) = installs("uv pip sync a.txt")
    assert [word.text for word in install.requirements] == ["a.txt"]


def test_upgrades_and_input() -> None:
    assert [one.blanket for one in installs("apt-get upgrade; conda update --all; uv sync; uv sync --locked")] == [
        True,
        True,
        True,
        False,
    ]
    assert [one.from_input for one in installs("cat x | xargs pip install; xargs -a f -n 1 apt-get install")] == [
        True,
        True,
    ]
