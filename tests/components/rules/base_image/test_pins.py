"""Which ways of writing a package always mean the same version."""

from __future__ import annotations

import pytest
from azureml_scoring.rules.base_image.installs import Manager
from azureml_scoring.rules.base_image.pins import Pin, read_package
from azureml_scoring.rules.base_image.shell import Word

PINNED, OPEN, UNKNOWN, LOCAL = Pin.PINNED, Pin.OPEN, Pin.UNKNOWN, Pin.LOCAL


@pytest.mark.parametrize(
    ("text", "pin"),
    [
        ("x==1", PINNED),
        ("x===1.0", PINNED),
        ("x [a,b] == 1.0.post1", PINNED),
        ("x==1.0; python_version<'3.9'", PINNED),
        ("x==1.*", OPEN),
        ("x", OPEN),
        ("x>=1", OPEN),
        ("x~=1.2", OPEN),
        ("x==1,<2", OPEN),
        ("x!=1", OPEN),
        ("$X", UNKNOWN),
        ("x==$V", UNKNOWN),
        ("x$V", UNKNOWN),
        (".", LOCAL),
        ("./x", LOCAL),
        ("/opt/x-1.whl", LOCAL),
        ("dist/x.tar.gz", LOCAL),
        ("https://e.org/x-1.2.3-py3-none-any.whl", PINNED),
        ("https://e.org/master.zip", OPEN),
        ("x @ https://e.org/x-1.2.3.tar.gz#sha256=0", PINNED),
        ("git+https://e.org/x@v1.2.3", PINNED),
        ("git+https://e.org/x@0123abc#egg=x", PINNED),
        ("git+ssh://git@e.org/x", OPEN),
    ],
)
def test_pip(text: str, pin: Pin) -> None:
    assert read_package(Word(text, 0, "$" in text), Manager.PIP).pin is pin


@pytest.mark.parametrize(
    ("text", "pin"),
    [
        ("x=1.2", PINNED),
        ("x=1.2.*", PINNED),
        ("x==1", PINNED),
        ("x=1.2=py39_0", PINNED),
        ("ch::x=1.2", PINNED),
        ("x 1.2.3", PINNED),
        ("x=2024a", PINNED),
        ("x=1", OPEN),
        ("x=1.*", OPEN),
        ("x=*=mkl", OPEN),
        ("x", OPEN),
        ("ch::x", OPEN),
        ("x>=1.2", OPEN),
        ("x >=1,<2", OPEN),
        ("x=1.2|1.3", OPEN),
        ("x=$V", UNKNOWN),
        ("$X", UNKNOWN),
        ("https://e.org/x-1.2-0.conda", PINNED),
        ("./x.conda", LOCAL),
    ],
)
def test_conda(text: str, pin: Pin) -> None:
    assert read_package(Word(text, 0, "$" in text), Manager.CONDA).pin is pin


@pytest.mark.parametrize(
    ("text", "pin"),
    [
        ("x=1:2.3-1ubuntu0.2", PINNED),
        ("libx+y:amd64=1", PINNED),
        ("x", OPEN),
        ("x=", OPEN),
        ("x=1.*", OPEN),
        ("x/jammy", OPEN),
        ("X", OPEN),
        ("x=$V", UNKNOWN),
        ("$X", UNKNOWN),
        ("./x.deb", LOCAL),
        ("/opt/x.deb", LOCAL),
    ],
)
def test_apt(text: str, pin: Pin) -> None:
    assert read_package(Word(text, 0, "$" in text), Manager.APT).pin is pin


def test_names_and_credentials() -> None:
    package = read_package(Word("Zope.Interface_x [a]==1", 0), Manager.PIP)
    assert (package.name, package.version) == ("zope-interface-x", "==1")
    hidden = read_package(Word("git+https://user:letmein@e.org/x", 0), Manager.PIP)
    assert "letmein" not in repr(hidden)
