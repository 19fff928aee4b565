"""A container group of Azure's own, beside our registry: its images are what policies look at.

Configuration: `tag` of an image whose registry is known during `up` only, `side` is an image as it stands.
"""

import pulumi
from azureml_scoring import ContainerRegistry
from pulumi_azure_native import containerinstance, resources

config = pulumi.Config("azureml-scoring")
group = resources.ResourceGroup("policies", location="westeurope")
registry = ContainerRegistry("made", {"resource_group_name": group.name})
needs = containerinstance.ResourceRequirementsArgs(
    requests=containerinstance.ResourceRequestsArgs(cpu=1.0, memory_in_gb=1.0)
)
side, late = config.get("side"), pulumi.Output.format("{0}/app:{1}", registry.login_server, config.require("tag"))
containerinstance.ContainerGroup(
    "group",
    resource_group_name=group.name,
    os_type=containerinstance.OperatingSystemTypes.LINUX,
    containers=[
        containerinstance.ContainerArgs(name=name, image=image, resources=needs)
        for name, image in (("late", late), *((("side", side),) if side else ()))
    ],
)
pulumi.export("group", group.name)
