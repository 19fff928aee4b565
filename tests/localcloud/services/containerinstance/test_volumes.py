"""Secret volumes and empty ones: in the container, and nowhere else."""

from __future__ import annotations

import base64
from typing import Any

from tests.localcloud.services.conftest import stored_text
from tests.localcloud.services.containerinstance.conftest import GROUP

CANARY = base64.b64encode(b"canary-secret-value").decode()
VOLUMES = [{"name": "tls", "secret": {"tls.key": CANARY, "tls.crt": "Y2VydA=="}}, {"name": "work", "emptyDir": {}}]
MOUNTS = [{"name": "tls", "mountPath": "/mnt/tls", "readOnly": True}, {"name": "work", "mountPath": "/work"}]


def test_a_container_gets_the_files_of_what_it_mounts(groups: Any) -> None:
    groups.put(groups.body({"volumeMounts": MOUNTS}, volumes=VOLUMES))
    spec = groups.runtime.specs[groups.container]
    assert spec.files == {"/mnt/tls/tls.key": CANARY, "/mnt/tls/tls.crt": "Y2VydA=="}
    assert spec.folders == ("/mnt/tls", "/work")


def test_secrets_are_shown_as_there_and_empty_and_are_not_stored(groups: Any, cloud: Any) -> None:
    found = groups.put(groups.body({"volumeMounts": MOUNTS}, volumes=VOLUMES))["properties"]
    assert found["volumes"] == [{"name": "tls", "secret": {}}, {"name": "work", "emptyDir": {}}]
    assert found["containers"][0]["properties"]["volumeMounts"] == MOUNTS
    assert CANARY not in stored_text(cloud) + str(found)


def test_an_update_takes_the_secrets_of_its_own_request(groups: Any) -> None:
    groups.put(groups.body({"volumeMounts": MOUNTS}, volumes=VOLUMES))
    renewed = [{"name": "tls", "secret": {"tls.key": "bmV3"}}, VOLUMES[1]]
    groups.put(groups.body({"volumeMounts": MOUNTS}, volumes=renewed))
    assert groups.runtime.specs[groups.container].files == {"/mnt/tls/tls.key": "bmV3"}
    assert groups.starts == 2


def test_an_empty_folder_is_one_containers_own(groups: Any) -> None:
    body = groups.body({"volumeMounts": MOUNTS[1:]}, volumes=VOLUMES[1:])
    resources = {"requests": {"cpu": 1, "memoryInGB": 1}}
    side = {"image": groups.image, "resources": resources, "volumeMounts": MOUNTS[1:]}
    body["properties"]["containers"].append({"name": "side", "properties": side})
    status, code, message = groups.refused(body)
    assert (status, code) == (501, "NotEmulated")
    assert "'work' in several containers" in message
    assert groups.arm.send("GET", GROUP).status_code == 404
