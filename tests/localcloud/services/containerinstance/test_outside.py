"""What a container group can't pull, or can from elsewhere (laws L4 and L10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from localcloud.images.image import Image
from localcloud.registry.local import resolve
from tests.localcloud import other_registry
from tests.localcloud.other_registry import PASSWORD, USER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from localcloud.cloud import Cloud


@pytest.mark.parametrize(
    "closed",
    [
        {"publicNetworkAccess": "Disabled"},
        {"networkRuleSet": {"defaultAction": "Deny", "ipRules": [{"value": "127.0.0.1"}]}},
    ],
)
def test_l4_a_registry_that_is_closed_is_closed_to_container_groups(
    groups: Any, registry: dict[str, Any], closed: dict[str, Any]
) -> None:
    groups.put(groups.body())
    properties = {"adminUserEnabled": True} | closed
    groups.arm.put(registry["id"], {"location": "westeurope", "sku": {"name": "Premium"}, "properties": properties})

    assert groups.refused(groups.body())[1] == "InaccessibleImage"
    assert groups.starts == 1


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[other_registry.OtherRegistry]:
    if other_registry.PROGRAM is None:
        pytest.skip("docker-registry is not installed")
    folder = tmp_path / "registry"
    folder.mkdir()
    with other_registry.serving(folder) as found:
        yield found


def test_l10_a_group_pulls_from_a_registry_that_is_not_acr(
    groups: Any, cloud: Cloud, elsewhere: other_registry.OtherRegistry
) -> None:
    digest = resolve(cloud.catalog, groups.image.partition("/")[0], "app", "v1")
    assert digest is not None
    image = elsewhere.push(cloud.content, Image.load(cloud.content, digest), "base/app:v1")
    login = {"server": f"https://{elsewhere.domain}/", "username": USER, "password": PASSWORD}
    wrong = login | {"password": "wrong"}
    for credentials in ([], [wrong]):
        refused = groups.refused(groups.body({"image": image}, imageRegistryCredentials=credentials))
        assert refused[1] == "InaccessibleImage"

    shown = groups.put(groups.body({"image": image}, imageRegistryCredentials=[login]))
    assert shown["properties"]["instanceView"]["state"] == "Running"
