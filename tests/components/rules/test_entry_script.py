"""Entry scripts: what the scoring server can call, decided without running the script."""

from __future__ import annotations

import pytest
from azureml_scoring.rules.entry_script import check_entry_script

GOOD = [
    "def init(): ...\ndef run(data): ...",
    "def init(level=1): ...\ndef run(data, more=None, request_headers=None): ...",
    "def init(): ...\ndef run(*, data, request_headers): ...",
    "def init(): ...\n@input_schema('data', x)\ndef run(*anything): ...",
    "from service import init, run",
    "import service\ninit = service.init\nrun, other = service.run, 1",
    "from service import *",
    "try:\n    from fast import run\nexcept ImportError:\n    def run(data): ...\nif True:\n    def init(): ...",
    "init: object = lambda: None\nrun = lambda data: data",
    "raise SystemExit('never executed')\ndef init(): ...\ndef run(d): ...",
    "def init(): ...\ndef run(data): return '\\d'",
]
BAD = [
    ("def init(): ...", ["must define run at its top level; got ['init']"]),
    ("", ["must define init at its top level; got nothing", "must define run"]),
    ("class A:\n    def init(): ...\n    def run(d): ...", ["must define init", "must define run"]),
    ("def f():\n    def init(): ...\n    def run(d): ...", ["must define init", "must define run"]),
    ("x = [init for init in ()]\ndef run(d): ...", ["must define init"]),
    ("init: object\ndef run(d): ...", ["must define init"]),
    ("def init(model): ...\ndef run(d): ...", ["score.py:1 must define init without required arguments"]),
    ("def init(): ...\ndef run(): ...", ["score.py:2 must define run with one argument"]),
    ("def init(): ...\ndef run(a, b): ...", ["score.py:2 must define run with one argument"]),
    ("def init(): ...\ndef run(a, /): ...", ["got 'def run(a, /)'"]),
    ("def init(): ...\ndef run(*a): ...", ["must define run with one argument"]),
    ("def init(): ...\ndef run(**a): ...", ["must define run with one argument"]),
    ("def init(): ...\ndef run(request_headers): ...", ["must define run with one argument"]),
    ("def init(): ...\nasync def run(d): ...", ["score.py:2 must define run as a plain function; got 'async def run'"]),
    ("def init():\n    pass\ndef run(d)\n    pass", ["score.py:3 must parse as Python"]),
    ("x = 1\0", ["must parse as Python"]),
    ("(" * 5000 + ")" * 5000, ["must parse as Python"]),
    (b"\xff\xfe", ["must parse as Python"]),
]


@pytest.mark.parametrize("source", GOOD)
def test_what_the_server_can_call_passes(source: str) -> None:
    assert check_entry_script(source, "score.py") == []


@pytest.mark.parametrize(("source", "messages"), BAD)
def test_what_it_can_not_call_is_named(source: str | bytes, messages: list[str]) -> None:
    problems = [str(problem) for problem in check_entry_script(source, "score.py")]
    assert len(problems) == len(messages)
    assert all(part in problem for part, problem in zip(messages, problems, strict=True)), problems


def test_a_broken_line_is_not_shown() -> None:
    assert "canary" not in str(check_entry_script('password = "canary', "score.py")[0])
