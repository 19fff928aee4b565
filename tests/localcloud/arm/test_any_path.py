"""Whatever is asked, the answer is Azure's kind of answer and never a defect."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from localcloud.arm.errors import InvalidResourceId
from localcloud.arm.ids import ResourceId, normalised
from tests.localcloud.harness import VERSION, Plane

WORDS = st.sampled_from(
    [
        *("providers", "Providers", "resourceGroups", "resourcegroups", "subscriptions", "group", "x", "%2F", ".."),
        *("Microsoft.ContainerRegistry", "registries", "taskRuns", "runs", "listCredentials", "Microsoft.Resources"),
        *("Microsoft.Authorization", "roleAssignments", "roleDefinitions", "Microsoft.Storage", "storageAccounts"),
        *("blobServices", "default", "containers", "Microsoft.ContainerInstance", "containerGroups", "logs", ""),
        *("locations", "global", "operationStatuses", "operationResults", "register", "resources"),
    ]
)
PATHS = st.lists(WORDS, max_size=9).map("/".join)
BODIES: st.SearchStrategy[object] = st.sampled_from(
    [None, {}, [], {"properties": None}, {"properties": {}, "location": 1}, {"location": "x"}]
)


@given(PATHS)
def test_every_text_is_an_id_or_refused(text: str) -> None:
    try:
        parsed = ResourceId.parse(text)
    except InvalidResourceId:
        return
    assert normalised(parsed.text) == parsed.text
    assert ResourceId.parse(parsed.text.upper()) == parsed
    assert len(parsed.type.split("/")) == len(parsed.names) + 1


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=PATHS, method=st.sampled_from(["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"]), body=BODIES)
def test_every_request_is_answered(plane: Plane, path: str, method: str, body: object) -> None:
    answer = plane.client.request(method, f"{plane.subscription}/{path}", params=VERSION, json=body)
    assert answer.status_code != 500, answer.text
    if answer.status_code >= 400 and method != "HEAD":
        assert answer.json()["error"]["code"]


@pytest.mark.parametrize("path", ["/providers/", "/providers/x", "//", "/v1.0/", "/docker/"])
def test_stumps_of_paths_are_answered(plane: Plane, path: str) -> None:
    answer = plane.client.get(path)
    assert 400 <= answer.status_code < 502
    assert answer.status_code != 500
