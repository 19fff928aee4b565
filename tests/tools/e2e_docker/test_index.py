"""The way to packages goes into a build as secrets, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest
from azureml_scoring._service_image import service_context
from azureml_scoring.rules import PythonEnvironment, ServiceSource

from tools.e2e_docker import index

CANARY = "canary-password"
INDEX = f"https://me:{CANARY}@packages.example/simple"


@pytest.fixture
def machine(tmp_path: Path) -> dict[str, str]:
    """The variables of a machine that has no configuration of its own beside them."""
    bundle = tmp_path / "trusted.pem"
    bundle.write_text("what the machine trusts\n")
    return {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "SSL_CERT_FILE": str(bundle), "PATH": "/usr/bin"}


def written(folder: Path, machine: dict[str, str]) -> tuple[list[str], str]:
    """The options of a build, and the pip.conf that it is given."""
    folder.mkdir()
    options = index.build_options(folder, machine)
    return options, (folder / "pip.conf").read_text()


def test_a_dockerfile_with_secrets_differs_in_its_run_instructions_only() -> None:
    example = Path(__file__).parents[3] / "examples" / "diabetes"
    python = PythonEnvironment(requirements=example / "requirements.txt")
    source = ServiceSource(example / "score.py", None, (example / "score.py",), python)
    (dockerfile,) = (entry for entry in service_context(source).files if entry.path == "Dockerfile")
    plain = dockerfile.open().read().decode()
    changed = index.with_secrets(plain)
    pairs = list(zip(plain.splitlines(), changed.splitlines(), strict=True))
    assert {before.split()[0] for before, after in pairs if before != after} == {"RUN"}
    assert all(after.endswith(before.removeprefix("RUN ")) for before, after in pairs)
    assert "target=/etc/pip.conf" in changed


def test_pips_index_reaches_the_build_and_no_command_line(tmp_path: Path, machine: dict[str, str]) -> None:
    options, configuration = written(tmp_path / "build", machine | {"PIP_INDEX_URL": INDEX})
    assert f"index-url = {INDEX}" in configuration
    assert CANARY not in " ".join(options)
    for name in ("pip.conf", "certificates.pem"):
        assert (tmp_path / "build" / name).stat().st_mode & 0o777 == 0o600


def test_a_proxy_is_named_and_not_told(tmp_path: Path, machine: dict[str, str]) -> None:
    options, _ = written(tmp_path / "build", machine | {"HTTPS_PROXY": f"http://me:{CANARY}@proxy.example"})
    assert "--build-arg=HTTPS_PROXY" in options
    assert CANARY not in " ".join(options)


@pytest.mark.parametrize("variable", ["UV_DEFAULT_INDEX", "UV_INDEX_URL"])
def test_uvs_index_counts_where_pip_has_none(tmp_path: Path, machine: dict[str, str], variable: str) -> None:
    _, uv = written(tmp_path / "uv", machine | {variable: INDEX})
    assert f"index-url = {INDEX}" in uv
    _, both = written(tmp_path / "both", machine | {variable: INDEX, "PIP_INDEX_URL": "https://pip.example"})
    assert "index-url = https://pip.example" in both
    assert CANARY not in both


def test_uvs_file_is_read(tmp_path: Path, machine: dict[str, str]) -> None:
    (tmp_path / "uv").mkdir()
    more = '[[index]]\nurl = "https://more.example"\n[[index]]\nurl = "https://main.example"\ndefault = true\n'
    (tmp_path / "uv" / "uv.toml").write_text(more)
    _, configuration = written(tmp_path / "build", machine)
    assert "index-url = https://main.example" in configuration
    assert "extra-index-url = https://more.example" in configuration


def test_folders_of_this_machine_stay_here() -> None:
    pip = {"find-links": "/srv/wheels https://wheels.example", "cache-dir": "/srv/cache"}
    assert index.configuration(pip, {}, {}) == "[global]\nfind-links = https://wheels.example\n"


def test_the_build_trusts_what_the_machine_trusts(tmp_path: Path, machine: dict[str, str]) -> None:
    _, configuration = written(tmp_path / "build", machine)
    assert "cert = /run/secrets/certificates.pem" in configuration
    assert "what the machine trusts" in (tmp_path / "build" / "certificates.pem").read_text()
