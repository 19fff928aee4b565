"""Codes and models: containers that count their versions, versions that never change."""

from __future__ import annotations

import pytest

from tests.localcloud.services.machinelearning.online import Online


@pytest.mark.parametrize(("kind", "uri"), [("codes", "codeUri"), ("models", "modelUri")])
def test_a_version_makes_its_container_and_stays_what_it_is(online: Online, kind: str, uri: str) -> None:
    place = online.id(f"{kind}/mine/versions/3")
    made = online.arm.put(place, {"properties": {uri: "https://blob/folder", "description": "one"}})
    assert (made["name"], made["properties"][uri]) == ("3", "https://blob/folder")
    assert made["properties"]["provisioningState"] == "Succeeded"
    container = online.arm.get(online.id(f"{kind}/mine"))["properties"]
    assert (container["latestVersion"], container["nextVersion"]) == ("3", "4")
    online.arm.put(place, {"properties": {uri: "https://blob/folder", "description": "two"}})
    status, code, _ = online.arm.refused(place, {"properties": {uri: "https://blob/other"}})
    assert (status, code) == (400, "PropertyChangeNotAllowed")
    assert online.arm.refused(online.id(f"{kind}/mine/versions/4"), {"properties": {}})[0] == 400
    online.arm.delete(place)
