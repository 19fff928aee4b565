"""What a container group may not be (law L4), in Azure's words where they are known."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest

from tests.localcloud.services.containerinstance.conftest import GROUP

if TYPE_CHECKING:
    from localcloud.cloud import Cloud

ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
"""The built-in role's id, the same in every subscription of Azure."""
_CPU = "properties.containers[].properties.resources.requests.cpu"


@pytest.mark.parametrize(
    "case", ["no such tag", "wrong password", "no credentials", "other server", "unknown registry"]
)
def test_an_image_that_can_not_be_pulled_is_refused_before_anything_runs(groups: Any, case: str) -> None:
    image, credentials = groups.image, [groups.admin]
    if case == "no such tag":
        image = image.replace(":v1", ":v2")
    elif case == "wrong password":
        credentials = [groups.admin | {"password": "wrong"}]
    elif case == "no credentials":
        credentials = []
    elif case == "other server":
        credentials = [groups.admin | {"server": "127.9.9.9:5443"}]
    else:
        image = "127.9.9.9:5443/app:v1"
    refused = groups.refused(groups.body({"image": image}, imageRegistryCredentials=credentials))

    assert refused == (
        400,
        "InaccessibleImage",
        (
            f"The image '{image}' in container group 'demo1' is not accessible. Please check the image and registry "
            "credential."
        ),
    )
    assert groups.starts == 0
    assert groups.arm.send("GET", GROUP).status_code == 404


def test_docker_hub_is_a_registry_with_an_error(groups: Any) -> None:
    status, code, message = groups.refused(groups.body({"image": "nginx"}))

    assert (status, code) == (409, "RegistryErrorResponse")
    assert "'index.docker.io'" in message


def test_an_open_registry_needs_no_credentials(groups: Any, registry: dict[str, Any]) -> None:
    body = {"location": "westeurope", "sku": {"name": "Standard"}, "properties": {"anonymousPullEnabled": True}}
    groups.arm.put(registry["id"], body)

    assert groups.put(groups.body(imageRegistryCredentials=[]))["properties"]["instanceView"]["state"] == "Running"


@pytest.mark.parametrize(
    "change",
    [
        {"containers": "cpu"},
        {"containers": "defaults"},
        {"subnetIds": [{"id": "/subscriptions/s/subnets/a"}]},
    ],
)
def test_what_a_group_keeps_for_life_is_refused(groups: Any, change: dict[str, Any]) -> None:
    groups.put(groups.body({"resources": {"requests": {"cpu": 2, "memoryInGB": 1.5}}}))
    resources = {"cpu": {"requests": {"cpu": 3, "memoryInGB": 1.5}}, "defaults": {}}
    kept = {"resources": {"requests": {"cpu": 2, "memoryInGB": 1.5}}}
    inner = {"resources": resources[change["containers"]]} if "containers" in change else kept
    more = {key: value for key, value in change.items() if key != "containers"}

    assert groups.refused(groups.body(inner, **more)) == (
        400,
        "InvalidContainerGroupUpdate",
        (
            "The updates on container group 'demo1' are invalid. If you are going to update the os type, restart "
            "policy, network profile, CPU, memory or GPU resources for a container group, you must delete it first and "
            "then create a new one."
        ),
    )
    assert groups.starts == 1


def test_a_changed_restart_policy_is_named(groups: Any) -> None:
    groups.put(groups.body(restartPolicy="OnFailure"))

    assert groups.refused(groups.body())[2] == (
        "The updates on container group 'demo1' are invalid. If you are going to update the RestartPolicy (old "
        '"OnFailure", new "Always") for a container group, you must delete it first and then create a new one.'
    )


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"containers": []}, "at least one container"),
        ({"containers": "x"}, f"'containers' of '{_CPU}' has to be an array"),
        ({"containers": [1]}, f"'containers' of '{_CPU}' has to be an object"),
        (
            {"containers": [{"name": "a", "properties": {"resources": 1}}]},
            f"'resources' of '{_CPU}' has to be an object",
        ),
        ({"osType": "Windows"}, "Windows"),
        ({"restartPolicy": "Sometimes"}, "Sometimes"),
        ({"ipAddress": {"type": "Public", "ports": [{"port": 81}]}}, "'81' is no port of its containers"),
        ({"ipAddress": {"type": "Public", "ports": []}}, "needs ports"),
        ({"ipAddress": {"type": "Odd", "ports": [{"port": 80}]}}, "Public or Private"),
        ({"volumes": [{"name": "v"}]}, "needs one of secret and emptyDir"),
        ({"volumes": [{"name": "v", "azureFile": {}}]}, "azureFile"),
        ({"volumes": [{"name": "v", "secret": {"a": "not base64!"}}]}, "'a' of the volume 'v' is not base64"),
        ({"volumes": [{"name": "v", "secret": {"a/b": "YQ=="}}]}, "'a/b'"),
        ({"volumes": [{"name": "v", "emptyDir": {}}] * 2}, "volume 'v' is there 2 times"),
        ({"ipAddress": {"type": "Private", "ports": [{"port": 80}]}}, "needs subnetIds"),
        ({"ipAddress": {"type": "Public", "ports": [{"port": 80}], "dnsNameLabel": "-"}}, "dnsNameLabel '-'"),
        ({"imageRegistryCredentials": [{"server": "a", "identity": "/x"}]}, "identity"),
        ({"imageRegistryCredentials": [{"server": "a", "username": "u"}]}, "needs a password"),
    ],
)
def test_what_can_not_be_a_group_is_refused(groups: Any, body: dict[str, Any], words: str) -> None:
    status, _, message = groups.refused(groups.body(**body))

    assert status in {400, 501}
    assert words in message


@pytest.mark.parametrize(
    ("inner", "words"),
    [
        ({"image": ""}, "needs an image"),
        ({"resources": {"requests": {"cpu": 0, "memoryInGB": 1}}}, "'cpu' has to be a positive number"),
        ({"livenessProbe": {"periodSeconds": 1}}, "'exec' or 'httpGet'"),
        ({"livenessProbe": {"httpGet": {"port": 80, "scheme": "ftp"}}}, "'ftp' is no scheme"),
        ({"volumeMounts": [{"name": "v", "mountPath": "/a"}]}, "mounts 'v', which is none of its volumes"),
        (
            {"resources": {"requests": {"cpu": 1, "memoryInGB": 1, "gpu": {"count": 3, "sku": "V100"}}}},
            "a count of 1, 2 or 4",
        ),
        ({"environmentVariables": [{"value": "x"}]}, "has no name"),
    ],
)
def test_what_can_not_be_a_container_is_refused(groups: Any, inner: dict[str, Any], words: str) -> None:
    assert words in groups.refused(groups.body(inner))[2]


def test_sentences_of_azure_for_credentials_and_limits(groups: Any) -> None:
    two = [groups.admin, groups.admin | {"server": "b"}]
    assert groups.refused(groups.body(imageRegistryCredentials=two))[1:] == (
        "MoreImageRegistryCredentialsThanContainers",
        "More image registry credentials provided than containers in container group 'demo1'.",
    )
    limits = {"requests": {"cpu": 0.5, "memoryInGB": 1}, "limits": {"cpu": 2}}
    assert groups.refused(groups.body({"resources": limits}))[1:] == (
        "ContainerLimitGreaterThanContainerGroupTotalRequest",
        "The 'Cpu' limit '2' in container 'web' is greater than the total request '0.5' of container group 'demo1'.",
    )


def test_l2_a_service_principal_pulls_with_acr_pull_and_a_valid_password_only(
    groups: Any, registry: dict[str, Any], cloud: Cloud
) -> None:
    http = groups.arm.http
    application = http.post("/v1.0/applications", json={"displayName": "puller"}).json()
    principal = http.post("/v1.0/servicePrincipals", json={"appId": application["appId"]}).json()
    graph = f"/v1.0/applications/{application['id']}"
    password = http.post(f"{graph}/addPassword", json={"passwordCredential": {}}).json()
    login = groups.admin | {"username": application["appId"], "password": password["secretText"]}
    body = groups.body(imageRegistryCredentials=[login])
    assert groups.refused(body)[1] == "InaccessibleImage"

    definition = f"/subscriptions/{cloud.settings.subscription_id}/providers/Microsoft.Authorization/roleDefinitions"
    assignment = f"{registry['id']}/providers/Microsoft.Authorization/roleAssignments/{uuid.uuid4()}"
    role = {"principalId": principal["id"], "roleDefinitionId": f"{definition}/{ACR_PULL}"}
    groups.arm.put(assignment, {"properties": role | {"principalType": "ServicePrincipal"}})
    assert groups.put(body)["properties"]["instanceView"]["state"] == "Running"

    http.post(f"{graph}/removePassword", json={"keyId": password["keyId"]})
    assert groups.refused(body)[1] == "InaccessibleImage"
    assert groups.starts == 1
