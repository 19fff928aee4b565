"""How an image is pulled: the four leaves that travel with a registry, and what each kind of consumer makes of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from .._component import known
from ..rules import ImageReference, InvalidImageReference, Problem

_MISSING = (
    "a password; that of a registry's token has to be generated first: az acr token credential generate, then "
    "token_password"
)
_FOR_LOCAL = "a user name and password: pull=service_principal or pull=token; or target=aci"
_ONE_OF = "user name and password, or an identity, or none of them for a registry that is open to anybody"


@dataclass(frozen=True)
class PullAccess:
    """How an image is pulled, as values; empty text means none.

    Attributes:
        login_server: Host of the registry, with its port if any.
        username: User name.
        password: Password; its `repr` is masked.
        identity_id: ARM id of the user-assigned identity that pulls.
    """

    login_server: str
    username: str
    password: str
    identity_id: str

    def __repr__(self) -> str:
        masked = "***" if self.password else ""
        return (
            f"PullAccess(login_server={self.login_server!r}, username={self.username!r}, password={masked!r}, "
            f"identity_id={self.identity_id!r})"
        )


def access_problems(prefix: str, args: Mapping[str, Any], *, outside_azure: bool = False) -> list[Problem]:
    """What can't be among `<prefix>_username`, `<prefix>_password` and `<prefix>_identity_id`.

    Args:
        prefix: What the names of the inputs open with: `pull` or `base_image`.
        args: The inputs. A value that is not known yet is passed over: the preflight checks it.
        outside_azure: Whether the consumer runs where there are no managed identities.
    """
    username, password, identity = (
        known(args.get(f"{prefix}_{key}", "")) for key in ("username", "password", "identity_id")
    )
    problems = list[Problem]()
    if identity and (username or password):
        rule = f"is not taken together with {prefix}_username and {prefix}_password"
        problems.append(Problem(f"{prefix}_identity_id", rule, identity, _ONE_OF))
    if identity and outside_azure:
        rule = "is not taken with target=local: a managed identity exists only inside Azure"
        problems.append(Problem(f"{prefix}_identity_id", rule, identity, _FOR_LOCAL))
    if username and password == "":
        problems.append(Problem(f"{prefix}_password", f"is required with {prefix}_username", None, _MISSING))
    if password and username == "":
        problems.append(Problem(f"{prefix}_username", f"is required with {prefix}_password", None, "a user name"))
    return problems


def given_image_problems(key: str, image: str, login_server: str | None) -> list[Problem]:
    """What can't be in an image that is pulled as it was given.

    Args:
        key: The input.
        image: Its value.
        login_server: Host of the registry whose credentials pull it; None where it is not known yet.
    """
    example = f"{login_server or 'contosoml.azurecr.io'}/diabetes@sha256:<64 hexadecimal digits>"
    try:
        reference = ImageReference.parse(image)
    except InvalidImageReference as error:
        return [Problem(key, f"must be an image reference ({error.reason})", image, example)]
    problems = list[Problem]()
    if reference.digest is None:
        problems.append(Problem(key, "must name the image by its digest", image, example))
    if login_server and reference.domain != login_server:
        rule = "must lie in the registry of login_server, whose credentials pull it"
        problems.append(Problem(key, rule, image, example))
    return problems


@dataclass(frozen=True)
class PullLeaves:
    """The leaves as a component gets them; which of them are empty decides how is pulled, when they are known.

    Attributes:
        prefix: What the names of the inputs open with: `pull` or `base_image`.
        login_server: Host of the registry.
        username: User name, or empty.
        password: Password, or empty; a secret.
        identity_id: ARM id of an identity, or empty.
        outside_azure: Whether the consumer runs where there are no managed identities.
        may_login: Whether a user name was given that is not known to be empty.
    """

    prefix: str
    login_server: pulumi.Output[str]
    username: pulumi.Output[str]
    password: pulumi.Output[str]
    identity_id: pulumi.Output[str]
    outside_azure: bool
    may_login: bool = False

    @classmethod
    def of(
        cls, prefix: str, args: Mapping[str, Any], login_server: pulumi.Input[str], *, outside_azure: bool = False
    ) -> "PullLeaves":
        """The leaves out of a component's inputs.

        Args:
            prefix: What the names of the inputs open with: `pull` or `base_image`.
            args: All inputs of the component.
            login_server: Host of the registry.
            outside_azure: Whether the consumer runs where there are no managed identities.
        """

        def leaf(key: str) -> pulumi.Output[str]:
            return pulumi.Output.from_input(args.get(f"{prefix}_{key}", "")).apply(lambda value: str(value or ""))

        return cls(
            prefix=prefix,
            login_server=pulumi.Output.from_input(login_server),
            username=leaf("username"),
            password=pulumi.Output.secret(leaf("password")),
            identity_id=leaf("identity_id"),
            outside_azure=outside_azure,
            may_login=known(args.get(f"{prefix}_username", "")) != "",
        )

    def problems(self, access: PullAccess) -> list[Problem]:
        """What can't be among the values, now that they are known."""
        values = {
            f"{self.prefix}_username": access.username,
            f"{self.prefix}_password": access.password,
            f"{self.prefix}_identity_id": access.identity_id,
        }
        return access_problems(self.prefix, values, outside_azure=self.outside_azure)

    def access(self) -> pulumi.Output[PullAccess]:
        """The values, all at once; a secret."""
        return pulumi.Output.all(self.login_server, self.username, self.password, self.identity_id).apply(
            lambda values: PullAccess(*values)
        )

    def group_credentials(self) -> pulumi.Output[Any]:
        """`imageRegistryCredentials` of a container group: a list, in which only the password is a secret."""

        def entries(values: list[str]) -> list[dict[str, Any]]:
            server, username, identity = values
            if identity:
                return [{"server": server, "identity": identity}]
            return [{"server": server, "username": username, "password": self.password}] if username else []

        return pulumi.Output.all(self.login_server, self.username, self.identity_id).apply(entries)

    def group_identity(self) -> pulumi.Output[Any]:
        """`identity` of a container group, which pulls as an identity of its own; None where no identity pulls."""
        return self.identity_id.apply(
            lambda identity: {"type": "UserAssigned", "user_assigned_identities": [identity]} if identity else None
        )

    def engine_logins(self) -> pulumi.Output[Any]:
        """`registry_auth` of Docker's provider: a list, secret as a whole, since the provider makes one text of it."""

        def entries(access: PullAccess) -> list[dict[str, Any]]:
            if not access.username:
                return []
            return [{"address": access.login_server, "username": access.username, "password": access.password}]

        return pulumi.Output.secret(self.access().apply(entries))
