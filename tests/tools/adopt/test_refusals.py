"""Exports and command lines that can't be meant so: one error with every problem, and nothing is written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.tools.adopt.conftest import Adopt, group, resource, team
from tools.adopt.__main__ import main

WORKSPACE, REGISTRY = "Microsoft.MachineLearningServices/workspaces", "Microsoft.ContainerRegistry/registries"


def refused(adopt: Adopt, tmp_path: Path, export: Any, *options: str) -> tuple[int, str]:
    """Exit code and message."""
    code, out, error = adopt(export, *options)
    assert out == ""
    assert not list(tmp_path.glob("out/*"))
    assert error.startswith("adopt: ")
    return code, error


@pytest.mark.parametrize(
    ("export", "message"),
    [
        ("{", "export.json must be JSON; got "),
        ("[]", "export.json must hold resources; got "),
        ("7", "export.json must hold resources; got "),
        ([7], "must be a resource of Azure Resource Manager; got 'int'"),
        ({"a": 1}, "got 'an object with a'"),
        ({"terraform_version": "1.9", "resources": []}, "got 'a state of Terraform'"),
        ({"version": 3, "deployment": {"resources": []}}, "got 'a state of Pulumi'"),
        ({"nameTable": {}, "resources": []}, "got 'an import file of Pulumi'"),
        ({"key_vault": "/x", "name": "ml"}, "got 'what `az ml` shows in a form of its own'"),
        ([{"id": "/x", "type": "A.B/c"}], "the id /x: "),
    ],
)
def test_what_is_no_export_is_named(adopt: Adopt, tmp_path: Path, export: Any, message: str) -> None:
    code, error = refused(adopt, tmp_path, export)
    assert code == 1
    assert message in error


def test_the_problems_of_all_files_are_told_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.json").write_text("{")
    assert main([str(tmp_path / "bad.json"), str(tmp_path / "absent.json")]) == 1
    error = capsys.readouterr().err
    assert error.startswith("adopt: 2 problems:\n")
    assert "absent.json must be a file that can be read; got 'No such file or directory'" in error


def test_a_template_does_not_say_where_it_is_from(adopt: Adopt, tmp_path: Path) -> None:
    template = {"$schema": "https://schema.management.azure.com/x", "resources": []}
    code, error = refused(adopt, tmp_path, template)
    assert (code, error.count("is required with a template")) == (1, 2)


def test_nothing_to_adopt(adopt: Adopt, tmp_path: Path) -> None:
    code, error = refused(adopt, tmp_path, [resource("Microsoft.Network/virtualNetworks", "hub", {})])
    assert code == 2
    assert "the export must have a workspace, a container registry, a container group or an online endpoint" in error
    assert "microsoft.network/virtualnetworks" in error


def test_two_workspaces_and_none_chosen_and_two_registries(adopt: Adopt, tmp_path: Path) -> None:
    export = [resource(WORKSPACE, name, {}) for name in ("ml", "ml2")]
    export += [resource(REGISTRY, name, {}) for name in ("one", "two")]
    code, error = refused(adopt, tmp_path, export)
    assert code == 2
    assert "--workspace is required where there are several microsoft.machinelearningservices/workspaces" in error
    assert "got 'ml, ml2'" in error
    assert "--registry is required where there are several" in error


def test_names_that_are_not_there_are_all_told_with_the_nearest(adopt: Adopt, tmp_path: Path) -> None:
    export = [*team(), group()]
    options = ("--workspace", "ml1", "--registry", "contosom", "--service", "diabetis", "--service", "heart")
    code, error = refused(adopt, tmp_path, export, *options)
    assert code == 2
    assert error.startswith("adopt: 4 problems:\n")
    for fix in ("e.g. --workspace ml-1", "e.g. --registry contosoml", "e.g. --service diabetes"):
        assert fix in error


def test_components_need_names_of_their_own(adopt: Adopt, tmp_path: Path) -> None:
    code, error = refused(adopt, tmp_path, [*team(), group("registry")])
    assert code == 2
    assert "--workspace, --registry and --service must be other names for each component; got 'registry'" in error
    code, error = refused(adopt, tmp_path, team(), "--workspace", "=x", "--registry", "a=9")
    assert error.count("must be NAME or NAME=COMPONENT") == 2


def test_a_list_without_properties_is_not_enough(adopt: Adopt, tmp_path: Path) -> None:
    code, error = refused(adopt, tmp_path, [one | {"properties": None} for one in team()])
    assert code == 1
    assert error.startswith("adopt: 2 problems:\n")
    assert "must be exported with its properties, which `az resource list` leaves out" in error
    assert "e.g. az resource show --ids /subscriptions/" in error


def test_what_azure_does_not_write_is_refused_with_every_place(adopt: Adopt, tmp_path: Path) -> None:
    container = {"resources": {}, "environmentVariables": [{"value": "x"}], "livenessProbe": 7}
    code, error = refused(adopt, tmp_path, [*team(), group(container=container, subnetIds="x")])
    assert code == 1
    assert error.startswith("adopt: 5 problems:\n")
    for path in ("resources.requests.cpu", "environmentVariables[].name", "livenessProbe"):
        assert f"{path}, as Azure writes it; got " in error


def test_files_of_an_earlier_run_stay_unless_forced(adopt: Adopt, tmp_path: Path) -> None:
    assert adopt(team())[0] == 0
    program = tmp_path / "out" / "adopted.py"
    program.write_text("edited")
    code, _, error = adopt(team())
    assert (code, program.read_text()) == (1, "edited")
    assert error.count("is there already, and may have been edited") == 2
    assert adopt(team(), "--force")[0] == 0
    assert program.read_text().startswith('"""What existed')
    assert sorted(path.name for path in program.parent.iterdir()) == ["adopted.py", "import.json"]


def test_a_folder_that_can_not_be_written_to(adopt: Adopt, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    code, _, error = adopt(team(), "--force")
    assert code == 2
    assert "--out must be a folder that can be written to" in error


def test_help_helps(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    for word in ("az resource show", "pulumi import --file import.json", "--by-id", "examples:"):
        assert word in shown


def test_files_complete_each_other(adopt: Adopt, tmp_path: Path) -> None:
    listed = [{**one, "properties": None, "kind": None} for one in team()]
    (tmp_path / "shown.json").write_text(json.dumps({"value": team()}))
    code, _, error = adopt(listed, str(tmp_path / "shown.json"))
    assert code == 0, error
