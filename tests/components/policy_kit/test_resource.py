"""Types with and without an API version."""

from __future__ import annotations

import pytest
from azureml_scoring.policy_kit.resource import resource_type


@pytest.mark.parametrize(
    ("token", "type_", "version"),
    [
        ("azure-native:containerinstance:ContainerGroup", "azure-native:containerinstance:ContainerGroup", ""),
        (
            "azure-native:containerinstance/v20230501:ContainerGroup",
            "azure-native:containerinstance:ContainerGroup",
            "v20230501",
        ),
        (
            "azure-native:containerregistry/v20230801preview:Registry",
            "azure-native:containerregistry:Registry",
            "v20230801preview",
        ),
        (
            "azure-nextgen:containerinstance/latest:ContainerGroup",
            "azure-native:containerinstance:ContainerGroup",
            "latest",
        ),
        (
            "azure-native_containerinstance_v20230501:containerinstance:ContainerGroup",
            "azure-native:containerinstance:ContainerGroup",
            "v20230501",
        ),
        ("kubernetes:apps/v1:Deployment", "kubernetes:apps:Deployment", "v1"),
        ("docker:index/image:Image", "docker:index/image:Image", ""),
        ("docker-build:index:Image", "docker-build:index:Image", ""),
        ("azure:containerservice/group:Group", "azure:containerservice/group:Group", ""),
        ("pulumi:pulumi:Stack", "pulumi:pulumi:Stack", ""),
    ],
)
def test_the_version_is_split_off(token: str, type_: str, version: str) -> None:
    assert resource_type(token) == (type_, version)
