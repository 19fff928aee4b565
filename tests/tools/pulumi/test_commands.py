"""Command lines, environments and installation steps."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import language_pb2 as messages

from tools.pulumi.language_host.commands import run_plugin
from tools.pulumi.language_host.errors import ToolNotFound
from tools.pulumi.language_host.install import install_steps
from tools.pulumi.language_host.options import RuntimeOptions, Toolchain, default_python

BUILDABLE = '[build-system]\nrequires = ["setuptools"]\n[project]\nname = "my-plugin"\n'


def info(root: Path, program: Path | None = None, **options: str) -> messages.ProgramInfo:
    """A program below `root`."""
    struct = Struct()
    struct.update(options)
    return messages.ProgramInfo(
        root_directory=str(root), program_directory=str(program or root), entry_point=".", options=struct
    )


def with_python(folder: Path) -> Path:
    """Make something that looks like a virtual environment; returns its interpreter."""
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").touch()
    return folder / "bin" / "python"


def test_virtualenv_is_relative_to_the_project(tmp_path: Path) -> None:
    python = with_python(tmp_path / "env")
    options = RuntimeOptions.of(info(tmp_path, tmp_path / "program", virtualenv="env"))
    assert options.python() == python
    environment = options.environment({"PATH": "/bin", "PYTHONHOME": "/elsewhere", "KEPT": "yes"})
    assert environment == {"PATH": f"{tmp_path}/env/bin:/bin", "VIRTUAL_ENV": str(tmp_path / "env"), "KEPT": "yes"}


def test_an_absolute_virtualenv(tmp_path: Path) -> None:
    python = with_python(tmp_path / "env")
    assert RuntimeOptions.of(info(Path("/project"), virtualenv=str(tmp_path / "env"))).python() == python


def test_uv_has_a_virtualenv_of_its_own(tmp_path: Path) -> None:
    options = RuntimeOptions.of(info(tmp_path, toolchain="uv"))
    assert (options.toolchain, options.virtualenv) == (Toolchain.UV, tmp_path / ".venv")


def test_default_interpreter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PULUMI_PYTHON_CMD", raising=False)
    assert default_python() == Path(sys.executable)
    monkeypatch.setenv("PULUMI_PYTHON_CMD", "/chosen/python")
    assert default_python() == Path("/chosen/python")


def test_policy_pack_runs_in_its_own_folder(tmp_path: Path) -> None:
    request = messages.RunPluginRequest(kind="analyzer", pwd="/project", args=["127.0.0.1:1"], info=info(tmp_path))
    command = run_plugin(request)
    assert command.arguments[1:] == ["-u", "-m", "pulumi.policy", "127.0.0.1:1", str(tmp_path)]
    assert command.folder == tmp_path


def test_source_plugin_runs_in_the_consumer_s_folder(tmp_path: Path) -> None:
    request = messages.RunPluginRequest(kind="resource", pwd="/project", args=["127.0.0.1:1"], info=info(tmp_path))
    command = run_plugin(request)
    assert command.arguments[1:] == ["-u", str(tmp_path), "127.0.0.1:1"]
    assert command.folder == Path("/project")


def test_a_distribution_without_main_is_hosted_by_pulumi(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(BUILDABLE, encoding="utf-8")
    request = messages.RunPluginRequest(kind="resource", args=["127.0.0.1:1"], info=info(tmp_path))
    assert run_plugin(request).arguments[1:] == ["-u", "-m", "pulumi.run.plugin", "my-plugin", "127.0.0.1:1"]
    (tmp_path / "__main__.py").touch()
    assert run_plugin(request).arguments[1:] == ["-u", str(tmp_path), "127.0.0.1:1"]


def steps(tmp_path: Path, *, plugin: bool = False, **options: str) -> list[list[str]]:
    """The steps without the path of the tool."""
    found = install_steps(RuntimeOptions.of(info(tmp_path, None, **options)), plugin=plugin)
    return [step[1:] for step in found]


def test_pip(tmp_path: Path) -> None:
    assert steps(tmp_path) == []
    (tmp_path / "requirements.txt").touch()
    pip = ["-m", "pip", "install", "--disable-pip-version-check"]
    requirements = ["-r", f"{tmp_path}/requirements.txt"]
    assert steps(tmp_path) == [[*pip, *requirements]]
    assert steps(tmp_path, virtualenv="env") == [["-m", "venv", f"{tmp_path}/env"], [*pip, *requirements]]
    with_python(tmp_path / "env")
    assert steps(tmp_path, virtualenv="env") == [[*pip, *requirements]]
    (tmp_path / "pyproject.toml").write_text(BUILDABLE, encoding="utf-8")
    assert steps(tmp_path) == [[*pip, *requirements]]
    assert steps(tmp_path, plugin=True) == [[*pip, str(tmp_path)], [*pip, *requirements]]


def test_uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _name, path=None: f"/bin/uv{path or ''}")
    python = f"{tmp_path}/.venv/bin/python"
    (tmp_path / "requirements.txt").touch()
    install = ["pip", "install", "--python", python, "-r", f"{tmp_path}/requirements.txt"]
    assert steps(tmp_path, toolchain="uv") == [["venv", f"{tmp_path}/.venv"], install]
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'a'\nversion = '1'\n", encoding="utf-8")
    assert steps(tmp_path, toolchain="uv") == [["sync", "--project", str(tmp_path)]]


def test_no_uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _name, path=None: path and None)
    with pytest.raises(ToolNotFound, match="`uv` is not on PATH; install it, or choose"):
        steps(tmp_path, toolchain="uv")
