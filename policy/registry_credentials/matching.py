"""Whether an image has the credential that it is pulled with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from azureml_scoring.policy_kit import NotChecked, Resource, Result, Undecided
from azureml_scoring.policy_kit.images import Image, images
from azureml_scoring.rules import ImageReference, InvalidImageReference, Problem

from .hosts import asks_for_nothing, host_of, is_listed
from .login import Login, is_filled
from .settings import RegistryCredentials

__all__ = ["Wanted", "by_identity", "each_wanted", "missing"]


@dataclass(frozen=True)
class Wanted:
    """An image whose registry asks for a credential.

    Attributes:
        subject: How a message calls it.
        reference: The image.
        shown: The registry for a message, hidden where the image is a secret.
        path: Where it stands.
    """

    subject: str
    reference: ImageReference
    shown: str
    path: str

    @property
    def host(self) -> str:
        """Its registry, lower case."""
        return host_of(self.reference.domain)


def each_wanted(
    resource: Resource, settings: RegistryCredentials, check: Callable[[Wanted], Iterable[Result]]
) -> Iterator[Result]:
    """Judge every image by itself whose registry asks for a credential; raises `Malformed`."""
    for image in images(resource):
        if image.pushed:
            continue
        try:
            asking = _wanted(image, settings)
            yield from check(asking) if asking else ()
        except Undecided as unknown:
            yield NotChecked(image.subject, unknown.path)
        except InvalidImageReference as error:
            # The reason quotes the part that is wrong.
            reason = "Docker can't read it" if image.value.secret else error.reason
            rule = f"must be a valid reference, so that its registry is known ({reason})"
            yield Problem(image.subject, rule, image.value.shown, "myregistry.azurecr.io/app:1.4.2")


def _wanted(image: Image, settings: RegistryCredentials) -> Wanted | None:
    text = image.text
    if text is None:
        return None
    reference = ImageReference.parse(text)
    shown = "[secret]" if image.value.secret else reference.domain
    free = asks_for_nothing(reference.domain, reference.path, settings)
    return None if free else Wanted(image.subject, reference, shown, image.value.path)


def by_identity(image: Wanted, settings: RegistryCredentials) -> bool:
    """Whether a platform may pull it by an identity of its own."""
    return is_listed(image.reference.domain, image.reference.path, settings.identity_registries)


def missing(image: Wanted, logins: Iterable[Login]) -> Iterator[Result]:
    """What is wrong with the credentials of an image: none for its registry, or one that can't pull."""
    fits, others = list[Login](), list[object]()
    unknown: str | None = None
    for login in logins:
        try:
            if login.host == image.host:
                fits.append(login)
            else:
                others.append(login.server.shown)
        except Undecided as undecided:
            unknown = undecided.path
    if not fits and unknown:
        yield NotChecked(image.subject, unknown)
    elif not fits:
        rule = f"must have a credential for its registry, {image.shown}"
        got = f"credentials for {', '.join(map(str, others))}" if others else None
        yield Problem(image.subject, rule, got, f"a credential whose server is {image.shown}")
    for login in fits:
        try:
            yield from _unfit(image, login)
        except Undecided as undecided:
            yield NotChecked(login.label, undecided.path)


def _unfit(image: Wanted, login: Login) -> Iterator[Problem]:
    spelt = login.server.text() or "docker.io"
    if not login.address and spelt != image.reference.domain and image.host != "docker.io":
        rule = "must name the registry as the image does, without scheme, path and other capitals"
        yield Problem(f"server of {login.label}", rule, login.server.shown, image.shown)
    named, password = is_filled(login.username), is_filled(login.password) or is_filled(login.reference)
    if is_filled(login.identity):
        if named or password:
            both = "an identity beside a user name or password"
            yield Problem(login.label, "must be one kind of credential", both, "the identity alone")
    elif not (named and password):
        got = "a user name alone" if named else "a password alone" if password else None
        rule = "must have a user name and a password, or an identity"
        yield Problem(login.label, rule, got, "identity: the ARM id of a user-assigned identity")
