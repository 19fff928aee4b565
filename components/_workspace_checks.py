"""What the inputs of a workspace must obey, alone and together."""

import re
from collections.abc import Mapping
from typing import Any

from ._component import choice, key_problems, known
from ._workspace_args import IsolationMode, ManagedNetwork, RegistryConnection, RegistryMode
from .interfaces import id_problems, interface_problems
from .rules import NameKind, Problem, check_made_name, check_name, check_registry_host

_REGISTRY = "Microsoft.ContainerRegistry/registries"
_REGISTRY_ID = f"/subscriptions/<id>/resourceGroups/<group>/providers/{_REGISTRY}/<name>"
_IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities"
_ID_INPUTS = {
    "container_registry_id": _REGISTRY,
    "storage_account_id": "Microsoft.Storage/storageAccounts",
    "key_vault_id": "Microsoft.KeyVault/vaults",
    "application_insights_id": "Microsoft.Insights/components",
    "user_assigned_identity_id": _IDENTITY,
}
_HOST = re.compile(r"(?:\*\.)?[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+")
_VERSION_OF_KEY = re.compile(r".*/keys/[^/]+/[^/]+")


def workspace_problems(name: str, args: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with the inputs of a workspace; values that are not known yet are left to Azure.

    Args:
        name: The component's name.
        args: Its inputs, as in `WorkspaceArgs`.
    """
    problems: list[Problem] = []
    mode = choice(RegistryMode, args.get("registry_mode", RegistryMode.ATTACHED), "registry_mode", problems)
    problems += _name_problems(name, args)
    problems += _registry_problems(args, mode)
    for key, resource_type in _ID_INPUTS.items():
        problems += id_problems(key, args.get(key), resource_type)
    if "managed_network" in args:
        problems += _network_problems(args["managed_network"])
    for connection_name, connection in args.get("connections", {}).items():
        problems += _connection_problems(connection_name, connection)
    return problems + interface_problems(args) + _key_problems(args)


def _name_problems(name: str, args: Mapping[str, Any]) -> list[Problem]:
    if "workspace_name" not in args:
        problems = check_made_name(NameKind.WORKSPACE, f"{name}-aml", "name")
    else:
        workspace_name = known(args["workspace_name"])
        problems = [] if workspace_name is None else check_name(NameKind.WORKSPACE, workspace_name, "workspace_name")
    compute = known(args.get("image_build_compute"))
    return problems + ([] if compute is None else check_name(NameKind.COMPUTE, compute, "image_build_compute"))


def _registry_problems(args: Mapping[str, Any], mode: RegistryMode) -> list[Problem]:
    registry_id, subject = args.get("container_registry_id"), "container_registry_id"
    if mode is RegistryMode.ATTACHED:
        problems = _only_if(RegistryMode.LAZY, args, "materialize")
        if registry_id is None:
            problems.append(Problem(subject, "is required if registry_mode is attached", None, _REGISTRY_ID))
        return problems
    problems = _only_if(RegistryMode.ATTACHED, args, "allow_registry_change")
    if registry_id is not None:
        fix = "registry_mode=attached, or no container_registry_id"
        problems.append(Problem(subject, "is not taken if registry_mode is lazy", known(registry_id), fix))
    return problems


def _only_if(mode: RegistryMode, args: Mapping[str, Any], switch: str) -> list[Problem]:
    if not args.get(switch):
        return []
    fix = f"registry_mode={mode.value}, or no {switch}"
    return [Problem(switch, f"is only taken if registry_mode is {mode.value}", args[switch], fix)]


def _network_problems(network: Mapping[str, Any]) -> list[Problem]:
    problems = key_problems(ManagedNetwork, network, "managed_network.")
    if "isolation_mode" not in network:
        return problems
    mode = choice(IsolationMode, network["isolation_mode"], "managed_network.isolation_mode", problems)
    hosts = network.get("outbound_fqdns", {})
    approved = IsolationMode.ALLOW_ONLY_APPROVED_OUTBOUND
    if hosts and mode is not approved and not problems:
        rule = f"is only taken if isolation_mode is {approved.value}"
        fix = f"isolation_mode={approved.value}"
        problems.append(Problem("managed_network.outbound_fqdns", rule, mode.value, fix))
    for rule_name, host in hosts.items():
        subject = f"managed_network.outbound_fqdns.{rule_name}"
        if not _HOST.fullmatch(host):
            problems.append(Problem(subject, "must be a host, without scheme, port and path", host, "data.contoso.com"))
    return problems


def _connection_problems(name: str, connection: Mapping[str, Any]) -> list[Problem]:
    subject = f"connections.{name}"
    problems = check_name(NameKind.CONNECTION, name, f"name of {subject}")
    problems += key_problems(RegistryConnection, connection, f"{subject}.")
    host = known(connection.get("login_server"))
    problems += [] if host is None else check_registry_host(host, f"{subject}.login_server")
    problems += id_problems(f"{subject}.identity_id", connection.get("identity_id"), _IDENTITY)
    for key, other in (("username", "password"), ("password", "username"), ("identity_client_id", "identity_id")):
        if key in connection and other not in connection:
            problems.append(Problem(f"{subject}.{other}", f"is required with {key}", None, f'"{other}": ...'))
    if "identity_id" in connection and "username" in connection:
        fix = "either username and password, or identity_id"
        problems.append(Problem(f"{subject}.username", "is not taken with identity_id", "both", fix))
    return problems


def _key_problems(args: Mapping[str, Any]) -> list[Problem]:
    subject, uri = "customer_managed_key", known(args.get("customer_managed_key", {}).get("key_identifier"))
    if uri is None or not uri.startswith("https://") or _VERSION_OF_KEY.fullmatch(uri):
        return []
    fix = f"{uri}/0123456789abcdef0123456789abcdef"
    return [Problem(f"{subject}.key_identifier", "must name a version of the key for a workspace", uri, fix)]
