"""What an image's RUN steps install is read, not guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from localcloud.images.config import HistoryEntry, ImageConfig
from localcloud.runtime.requirements import EnvironmentRequest, read_request

if TYPE_CHECKING:
    from localcloud.runtime.rootfs import RootFileSystem

FILES = {
    "app/requirements.txt": "numpy==1.26  # why\n\n# comment\nscikit-learn[x]>=1 ; python_version>'3'\n-c bounds.txt\n",
    "app/more.txt": (
        "-r requirements.txt\n--extra-index-url https://user:canary@index/simple\npandas \\\n  --hash=sha256:00\n"
    ),
    "app/bounds.txt": "scipy<2\n",
    "app/env.yml": "dependencies:\n- python=3.9\n- numpy=1.2\n- pip\n- pip:\n  - flask==3\n  - -r requirements.txt\n",
    "app/broken.yml": "- just a list\n",
}
NUMPY = ("numpy==1.26", "scikit-learn[x]>=1 ; python_version>'3'")


@pytest.fixture
def image_root(root: RootFileSystem) -> RootFileSystem:
    for name, text in FILES.items():
        (root.path / name).parent.mkdir(exist_ok=True)
        (root.path / name).write_text(text)
    return root


def read(root: RootFileSystem, *steps: str, **config: object) -> EnvironmentRequest:
    history = (HistoryEntry("WORKDIR /app"), *(HistoryEntry(f"RUN {step}") for step in steps))
    return read_request(ImageConfig(history=history, **config), root)  # type: ignore[arg-type]  # fields by name


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("pip install a==1 'b[x,y]>=2'", ("a==1", "b[x,y]>=2")),
        ("python -m pip install --no-cache-dir -U a", ("a",)),
        ("/opt/miniconda/bin/pip3.10 install -q a", ("a",)),
        ("/opt/env/bin/python3 -u -m pip --disable-pip-version-check install a", ("a",)),
        ("uv pip install --system --index-url https://i/simple a", ("a",)),
        ("uv pip sync requirements.txt", NUMPY),
        ("pip install --no-cache-dir -r /app/requirements.txt", NUMPY),
        ("pip install -rrequirements.txt extra", ("extra", *NUMPY)),
        ("pip install --requirement=requirements.txt", NUMPY),
        ("cd /app && pip install -r ./requirements.txt", NUMPY),
        ("apt-get update && pip install a && rm -rf /var/lib/apt", ("a",)),
        ("bash -lc 'source x; pip install a'", ("a",)),
        ("/bin/bash -o pipefail -c pip install a", ("a",)),
        ("|2 A=1 B=2 /bin/sh -c pip install a # buildkit", ("a",)),
        ("--mount=type=cache,target=/var/cache/pip pip install a", ("a",)),
        ('["pip", "install", "a"]', ("a",)),
        ("FLAG=1 sudo -E pip install a", ("a",)),
        ("conda run -n env --no-capture-output pip install a", ("a",)),
        ("conda env update -n base -f env.yml", ("flask==3", *NUMPY)),
        ("pip install a@https://host/a.whl", ("a@https://host/a.whl",)),
        ("pip install $PACKAGE==1", ("known==1",)),
        ("pip install a || pip install b", ("a",)),
        ("true | pip install a", ("a",)),
    ],
)
def test_requirements(image_root: RootFileSystem, step: str, expected: tuple[str, ...]) -> None:
    request = read(image_root, step, env={"PACKAGE": "known"})
    assert [found.requirements for found in request.steps] == [expected]


@pytest.mark.parametrize(
    "step", ["pip --version", "echo pip install a", "pip uninstall a", "python x.py -m pip install a", "ls", "cd", ""]
)
def test_other_steps_install_nothing(image_root: RootFileSystem, step: str) -> None:
    assert read(image_root, step) == EnvironmentRequest()


def test_steps_stay_apart_and_in_order(image_root: RootFileSystem) -> None:
    request = read(image_root, "pip install a && pip install b", "pip install -c bounds.txt c")
    assert [(step.requirements, step.constraints) for step in request.steps] == [
        (("a",), ()),
        (("b",), ()),
        (("c",), ("scipy<2",)),
    ]
    assert request.steps[2].text == "pip install -c bounds.txt c"


def test_files_name_files_and_keep_hashes_and_constraints(image_root: RootFileSystem) -> None:
    request = read(image_root, "pip install -r more.txt")
    assert request.steps[0].requirements == (*NUMPY, "pandas    --hash=sha256:00")
    assert request.steps[0].constraints == ("scipy<2",)
    assert request.notes == ("'pip install -r more.txt': the option --extra-index-url is dropped",)
    assert "canary" not in repr(request)


@pytest.mark.parametrize(
    ("step", "note"),
    [
        ("pip install -r nowhere.txt", "there is no file /app/nowhere.txt in the image"),
        ("pip install .", "the local package . is not installed"),
        ("pip install -e ./src", "the local project ./src is not installed"),
        ("pip install --pre a", "the option --pre is dropped"),
        ("pip install a $(cat x)", "$(cat x) is known to a shell only, so it is left out"),
        (
            "pip install numpy>=1.2",
            "the shell takes '=1.2' for a file's name, not for a version (quote the requirement)",
        ),
        ("conda install -y -c conda-forge numpy=1.2 gxx", "conda packages are not installed: numpy=1.2, gxx"),
        (
            "conda env create -f broken.yml",
            "/app/broken.yml is not a conda environment file, so nothing of it is installed",
        ),
        ("poetry install", "poetry is not understood, so nothing of it is installed"),
        ("uv sync", "uv sync is not understood, so nothing of it is installed"),
    ],
)
def test_what_is_not_done_is_said(image_root: RootFileSystem, step: str, note: str) -> None:
    (found,) = read(image_root, step).notes
    assert found.endswith(f"': {note}")
    assert found.startswith(("'pip install", f"'{step}"))


@pytest.mark.parametrize(
    ("step", "version"),
    [
        ("conda install -y python=3.7 pip", "3.7"),
        ("conda create -n env -y conda-forge::python==3.8.1", "3.8.1"),
        ("conda install 'python>=3.8'", ">=3.8"),
        ("conda env create --file=env.yml", "3.9"),
        ("apt-get install -y python3.10-venv", "3.10"),
        ("uv venv --python 3.12 /opt/env", "3.12"),
        ("uv python install 3.13", "3.13"),
        ("pip install a", None),
    ],
)
def test_the_version_of_python(image_root: RootFileSystem, step: str, version: str | None) -> None:
    assert read(image_root, step).python == version


def test_the_version_of_a_python_base_image(image_root: RootFileSystem) -> None:
    request = read(image_root, labels={"localcloud.stub": "docker.io/library/python:3.10-slim"})
    assert (request.python, request.python_source) == ("3.10", "FROM docker.io/library/python:3.10-slim")
