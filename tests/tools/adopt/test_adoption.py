"""From an export to a program and an import file that name the same resources."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pulumi
import pytest

from tests.components.mocked import Registered, deploy
from tests.tools.adopt.conftest import DIGEST, GROUP, SUBSCRIPTION, Adopt, group, resource, role, team

ENDPOINT = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints"
OF_THE_SDK = {
    "flowType",
    "ingestionMode",
    "networkRuleBypassOptions",
    "publicNetworkAccessForIngestion",
    "publicNetworkAccessForQuery",
    "requestSource",
}
"""What azure-native's SDK sends although nobody said it: no input of a component is behind it."""
TRANSFORM = "pulumi.runtime.register_resource_transform(keep)\n"


def endpoint(**properties: Any) -> dict[str, Any]:
    """An online endpoint of the workspace, with its identity."""
    where = f"{GROUP}/providers/Microsoft.MachineLearningServices/workspaces/ml-1/onlineEndpoints/scores"
    usual = {"authMode": "Key", "publicNetworkAccess": "Enabled", "traffic": {"blue": 100}}
    found = resource(ENDPOINT, "scores", usual | properties, identity={"type": "SystemAssigned"})
    return found | {"id": where}


def deployment() -> dict[str, Any]:
    """A deployment of that endpoint."""
    return resource(f"{ENDPOINT}/deployments", "blue", {}) | {"id": f"{endpoint()['id']}/deployments/blue"}


def rows(tmp_path: Path) -> list[dict[str, Any]]:
    """What is imported."""
    found: list[dict[str, Any]] = json.loads((tmp_path / "out" / "import.json").read_text())["resources"]
    return found


def kept(tmp_path: Path) -> dict[str, list[str]]:
    """What the program leaves alone."""
    text = (tmp_path / "out" / "adopted.py").read_text()
    scope: dict[str, Any] = {}
    exec(compile(text.partition("\ngiven_")[0].replace(TRANSFORM, ""), "adopted.py", "exec"), scope)  # noqa: S102 - it is ours
    found: dict[str, list[str]] = scope["KEPT"]
    return found


def run(tmp_path: Path, **config: str) -> Registered:
    """What the program registers; the transform is the engine's to call."""
    text = (tmp_path / "out" / "adopted.py").read_text()
    assert text.count(TRANSFORM) == 1

    def program() -> None:
        pulumi.runtime.set_all_config({f"project:{key.replace('_', '-')}": value for key, value in config.items()})
        exec(compile(text.replace(TRANSFORM, ""), "adopted.py", "exec"), {"__name__": "__main__"})  # noqa: S102 - it is ours

    return deploy(program)


def made(registered: Sequence[Any]) -> set[tuple[str, str, str]]:
    """Type, name and parent of what is registered, but the stack."""
    return {(one.type, one.name, one.parent) for one in registered if one.type != "pulumi:pulumi:Stack"}


def test_the_program_makes_what_is_imported_under_the_same_names_and_parents(adopt: Adopt, tmp_path: Path) -> None:
    code, out, error = adopt([*team(), role(), group()])
    assert code == 0, error
    assert out.splitlines() == [str(tmp_path / "out" / name) for name in ("adopted.py", "import.json")]
    registered = run(tmp_path)
    imported = {(row["type"], row["name"], row["parent"]) for row in rows(tmp_path) if "id" in row}
    custom = {one for one in made(registered) if one[0].startswith("azure-native:")}
    assert custom == imported
    components = {row["name"]: row["type"] for row in rows(tmp_path) if row.get("component")}
    assert components == {
        "registry": "azureml-scoring:index:ContainerRegistry",
        "workspace": "azureml-scoring:index:Workspace",
        "diabetes": "azureml-scoring:index:ScoringService",
    }


def test_what_the_components_would_make_so_is_not_kept(adopt: Adopt, tmp_path: Path) -> None:
    code, _, error = adopt([*team(), role(), group()])
    assert code == 0
    assert "Kept as it is" not in error
    assert "# is " not in (tmp_path / "out" / "adopted.py").read_text()
    registered = {f"{one.type} {one.name}": set(one.inputs) for one in run(tmp_path)}
    # What is set and kept would be set in vain: the program would lie.
    for name, paths in kept(tmp_path).items():
        assert not (registered[name] - OF_THE_SDK) & set(paths), name


def test_every_difference_is_kept_and_told(adopt: Adopt, tmp_path: Path) -> None:
    changed = team(
        registries={"adminUserEnabled": True},
        vaults={"enableRbacAuthorization": False},
        storageAccounts={"minimumTlsVersion": "TLS1_0"},
    )
    changed[0] |= {"sku": {"name": "Standard_GRS"}, "tags": {"cost": "7"}}
    changed[-1] |= {"identity": {"type": "SystemAssigned,UserAssigned", "userAssignedIdentities": {"/a": {}, "/b": {}}}}
    code, _, error = adopt(changed)
    assert code == 0
    for line in (
        "registryacr: adminUserEnabled is True, and would become False",
        "workspacevault: properties.enableRbacAuthorization is False, and would become True",
        "workspacestorage: minimumTlsVersion is 'TLS1_0', and would become 'TLS1_2'",
        "workspacestorage: sku is 'Standard_GRS', and would become 'Standard_LRS'",
        "workspacestorage: tags is {'cost': '7'}, and would become {}",
        "workspace-aml: identity is 'SystemAssigned,UserAssigned', and would become 'SystemAssigned'",
    ):
        assert f"  {line}\n" in error
    assert "adminUserEnabled" in kept(tmp_path)["azure-native:containerregistry:Registry registryacr"]


def test_role_assignments_keep_their_names(adopt: Adopt, tmp_path: Path) -> None:
    inherited = role("11111111-1111-1111-1111-111111111111")
    inherited["id"] = f"{GROUP}/providers/Microsoft.Authorization/roleAssignments/{inherited['name']}"
    _, _, error = adopt([*team(), role(), inherited])
    granted = run(tmp_path).one("RoleAssignment").inputs
    assert granted["roleAssignmentName"] == role()["name"]
    assert f"roleAssignments/{inherited['name']}: it is at a scope that is not adopted" in error


def test_dependencies_stay_outside_where_they_can_not_be_children(adopt: Adopt, tmp_path: Path) -> None:
    elsewhere = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/other/providers/Microsoft.KeyVault/vaults/vault"
    export = team(workspaces={"keyVault": elsewhere}, components={"WorkspaceResourceId": None})
    export[1]["id"] = elsewhere
    _, _, error = adopt(export)
    assert "Microsoft.KeyVault/vaults/vault: it is in another resource group, other" in error
    assert "Microsoft.Insights/components/insights: its Log Analytics workspace is not in the export" in error
    names = {row["name"] for row in rows(tmp_path)}
    assert "workspacestorage" in names
    assert not names & {"workspacevault", "workspace-insights", "workspace-logs"}
    workspace = run(tmp_path).one("machinelearningservices:Workspace").inputs
    assert workspace["keyVault"] == elsewhere


def test_by_id_leaves_all_three_outside(adopt: Adopt, tmp_path: Path) -> None:
    _, _, error = adopt(team(), "--by-id", "--workspace", "ML-1=team")
    assert error.count("--by-id was asked for") == 3
    assert [row["name"] for row in rows(tmp_path)] == ["registry", "registryacr", "team", "team-aml"]
    assert made(run(tmp_path)) >= {("azure-native:machinelearningservices:Workspace", "team-aml", "team")}


def test_a_registry_that_is_not_exported_is_named_by_its_id_and_none_is_lazy(adopt: Adopt, tmp_path: Path) -> None:
    export = [one for one in team() if "registries" not in one["type"]]
    assert adopt(export)[0] == 0
    assert run(tmp_path).one("machinelearningservices:Workspace").inputs["containerRegistry"].endswith("/contosoml")
    export[-1]["properties"]["containerRegistry"] = None
    assert adopt(export, "--force")[0] == 0
    assert '"registry_mode": "lazy"' in (tmp_path / "out" / "adopted.py").read_text()


def test_secrets_of_a_group_are_asked_for_and_shown_nowhere(adopt: Adopt, tmp_path: Path) -> None:
    variables = [
        {"name": "LOG_LEVEL", "value": "info"},
        {"name": "TOKEN"},
        {"name": "SCORING_AUTH", "value": "key"},
        {"name": "SCORING_PRIMARY_KEY"},
    ]
    logins = [{"server": "contosoml.azurecr.io", "username": "puller"}]
    _, _, error = adopt(
        [*team(), group(container={"environmentVariables": variables}, imageRegistryCredentials=logins)]
    )
    for key in ("diabetes-pull-password", "diabetes-primary-key", "diabetes-TOKEN"):
        assert f"  pulumi config set --secret {key}  # " in error
    given = {"diabetes_pull_password": "p" * 20, "diabetes_primary_key": "k" * 20, "diabetes_TOKEN": "t"}
    container = run(tmp_path, **given).one("ContainerGroup").inputs["containers"][0]
    assert container["image"] == f"contosoml.azurecr.io/diabetes@{DIGEST}"
    assert {"name": "LOG_LEVEL", "value": "info"} in container["environmentVariables"]
    assert container["resources"] == {"requests": {"cpu": 1.5, "memoryInGB": 2}}


def test_an_image_by_its_tag_has_to_be_given_by_its_digest(adopt: Adopt, tmp_path: Path) -> None:
    _, _, error = adopt([*team(), group(container={"image": "contosoml.azurecr.io/diabetes:v1"})])
    assert "pulumi config set diabetes-image  # contosoml.azurecr.io/diabetes@sha256:..." in error
    image = f"contosoml.azurecr.io/diabetes@{DIGEST}"
    assert run(tmp_path, diabetes_image=image).one("ContainerGroup").inputs["containers"][0]["image"] == image


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"containers": []}, "it has 0 containers, and a service has one"),
        ({"osType": "Windows"}, "its osType is Windows"),
        ({"restartPolicy": "Never"}, "its restartPolicy is Never, a service has Always"),
        ({"ipAddress": {"ports": [{"port": 80}]}}, "it listens on 80, a service on 5001"),
        ({"volumes": [{"name": "share"}]}, "it has volumes"),
        ({"diagnostics": {"logAnalytics": {"workspaceId": "1"}}}, "its diagnostics need a key of Log Analytics"),
        (
            {"imageRegistryCredentials": [{"server": "a.io"}, {"server": "b.io"}]},
            "it has the login of more than one registry",
        ),
    ],
)
def test_a_group_that_would_be_replaced_is_left_with_the_reason(
    adopt: Adopt, tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    code, _, error = adopt([*team(), group(**changes)])
    assert code == 0
    assert f"  Microsoft.ContainerInstance/containerGroups/diabetes: {reason}" in error
    assert "diabetes" not in {row["name"] for row in rows(tmp_path)}


def test_all_reasons_of_a_group_are_told(adopt: Adopt) -> None:
    _, _, error = adopt([*team(), group("Diabetes", restartPolicy="Never", volumes=[{"name": "share"}])])
    line = next(line for line in error.splitlines() if "containerGroups/Diabetes" in line)
    assert line.count("; ") >= 2
    assert "the name of its component" in line


def test_an_endpoint_is_taken_over_and_its_deployments_are_made_anew(adopt: Adopt, tmp_path: Path) -> None:
    code, _, error = adopt([*team(), endpoint(), deployment()], "--service", "SCORES=diabetes")
    assert code == 0, error
    (row,) = (row for row in rows(tmp_path) if row["type"].endswith(":OnlineEndpoint"))
    assert (row["name"], row["parent"]) == ("diabetes-endpoint", "diabetes")
    assert "the first update makes a deployment beside this one" in error
    text = (tmp_path / "out" / "adopted.py").read_text()
    assert '"base_image": config.require("diabetes-base-image")' in text
    example = Path(__file__).parents[3] / "examples" / "diabetes"
    given = {
        "diabetes_base_image": f"contosoml.azurecr.io/base@{DIGEST}",
        "diabetes_entry_script": str(example / "score.py"),
        "diabetes_requirements": str(example / "requirements.txt"),
    }
    found = run(tmp_path, **given)
    assert {(row["type"], row["name"], row["parent"]) for row in rows(tmp_path) if "id" in row} <= made(found)
    assert found.one("OnlineEndpoint").inputs["endpointName"] == "scores"


def test_an_endpoint_with_tokens_of_entra_is_left(adopt: Adopt) -> None:
    _, _, error = adopt([*team(), endpoint(authMode="AADToken")], "--service", "scores=Scores")
    assert "onlineEndpoints/scores: its authMode is AADToken, and a service has Key or AMLToken; the name of" in error


def test_what_no_component_makes_is_left_by_name(adopt: Adopt) -> None:
    others = [resource("Microsoft.Network/virtualNetworks", "hub", {}), resource("Microsoft.KeyVault/vaults", "b", {})]
    _, _, error = adopt([*team(), *others])
    assert "  Microsoft.Network/virtualNetworks/hub: no component makes one: it stays as it is" in error
    assert "  Microsoft.KeyVault/vaults/b: it is not the workspace's" in error


def test_a_template_of_az_group_export(adopt: Adopt, tmp_path: Path) -> None:
    entries, parameters = [], {}
    for one in team():
        kind = one["type"].rpartition("/")[2]
        parameters[f"{kind}_name"] = {"defaultValue": one["name"], "type": "String"}
        entry = {key: value for key, value in one.items() if key != "id"}
        entries.append(entry | {"name": f"[parameters('{kind}_name')]", "apiVersion": "2024-01-01"})
    entries[-1]["properties"] |= {
        "containerRegistry": "[resourceId('Microsoft.ContainerRegistry/registries', parameters('registries_name'))]",
        "keyVault": "[resourceId('Microsoft.KeyVault/vaults', 'vault')]",
    }
    parameters["workspaces_name"]["defaultValue"] = "ml-1"
    entries[2]["name"] = "logs"
    template = {"$schema": "https://schema.management.azure.com/x", "parameters": parameters, "resources": entries}
    where = ("--subscription", SUBSCRIPTION, "--resource-group", "rg")
    code, _, error = adopt({"template": template, "error": {}}, *where)
    assert code == 0, error
    from_template = rows(tmp_path)
    assert adopt(team(), "--force")[0] == 0
    assert from_template == rows(tmp_path)
