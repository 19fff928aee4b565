"""Types with and without an API version."""

from __future__ import annotations

import pytest
from azureml_scoring.policy_kit import Resource, Stack, Value
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


def test_what_is_made_of_a_stack_is_made_once() -> None:
    one, other = (Resource("azure-native:app/v20240301:Job", f"urn:{name}", name, Value({})) for name in "ab")
    stack, seen = Stack([one, other]), list[Stack]()

    def make(whole: Stack) -> str:
        seen.append(whole)
        return "made"

    assert (stack.once(make), stack.once(make), seen) == ("made", "made", [stack])
    assert stack.of_type("azure-native:app:Job", "azure-native:app:Job") == [one, other]
    assert (stack.get("urn:b"), stack.get("urn:c")) == (other, None)
