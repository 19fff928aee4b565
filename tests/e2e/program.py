"""A registry with the component's pull principal, a workspace on it, and two principals more: one pushes, one may not.

The stack's outputs are what a client needs: address, user names and passwords.
"""

import pulumi
import pulumi_azuread as azuread
from azureml_scoring import ContainerRegistry, PullMode, Workspace
from pulumi_azure_native import resources


def principal(name: str) -> azuread.ServicePrincipal:
    """A service principal with a password, which is exported together with its user name."""
    application = azuread.Application(name, display_name=name)
    made = azuread.ServicePrincipal(name, client_id=application.client_id)
    password = azuread.ServicePrincipalPassword(name, service_principal_id=made.id)
    pulumi.export(f"{name}_username", made.client_id)
    pulumi.export(f"{name}_password", pulumi.Output.secret(password.value))
    return made


pusher = principal("pusher")
principal("stranger")
group = resources.ResourceGroup("e2e", location="westeurope")
registry = ContainerRegistry(
    "registry",
    {
        "resource_group_name": group.name,
        "pull": PullMode.SERVICE_PRINCIPAL,
        "role_assignments": [{"principal_id": pusher.object_id, "role": "AcrPush"}],
    },
)
workspace = Workspace("team", {"resource_group_name": group.name, "container_registry_id": registry.resource_id})

pulumi.export("login_server", registry.login_server)
pulumi.export("registry_name", registry.name)
pulumi.export("puller_username", registry.pull_username)
pulumi.export("puller_password", registry.pull_password)
pulumi.export("workspace_registry", workspace.container_registry_id)
