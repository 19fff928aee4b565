"""Images of any Docker registry on this machine: challenge, manifest, blobs by digest into the content store."""

from __future__ import annotations

import base64
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import httpx

from localcloud.images.content import ALGORITHM, Digest, digest_of, parse_digest
from localcloud.images.errors import (
    DigestInvalid,
    DigestMismatch,
    ImageInvalid,
    ImageNotFound,
    PullDenied,
    RegistryFault,
    RegistryUnreachable,
)
from localcloud.images.image import (
    DEFAULT_PLATFORM,
    DOCKER_LIST,
    DOCKER_MANIFEST,
    OCI_INDEX,
    OCI_MANIFEST,
    Image,
    child,
    read_object,
)
from localcloud.images.reference import parse_reference

if TYPE_CHECKING:
    from localcloud.images.content import ContentStore
    from localcloud.images.reference import Reference

_ACCEPT = f"{OCI_INDEX}, {OCI_MANIFEST}, {DOCKER_LIST}, {DOCKER_MANIFEST}"
_TIMEOUT = httpx.Timeout(30.0, connect=5.0)
_REDIRECTS = 5
_REFUSED = frozenset({401, 403})
_PARAMETER = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a client logs in to a registry with."""

    username: str
    password: str = field(repr=False)

    @property
    def basic(self) -> str:
        """The Authorization header of HTTP Basic."""
        return f"Basic {base64.b64encode(f'{self.username}:{self.password}'.encode()).decode()}"


def is_loopback(host: str) -> bool:
    """Whether a host, with or without a port, is this machine by its name alone; no name is looked up."""
    name = urlsplit(f"//{host}").hostname or ""
    try:
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False


def fetch(
    store: ContentStore, reference: str, credentials: Credentials | None, platform: str = DEFAULT_PLATFORM
) -> Image:
    """The image that a reference names, its blobs in the content store; without credentials anonymously.

    Args:
        store: Where the blobs go; what it has is not fetched again.
        reference: Its registry has to be on this machine: over HTTPS, or over HTTP where that is not answered.
        credentials: For the registry or its token service.
        platform: `os/architecture[/variant]`, of an index.

    Raises:
        RegistryUnreachable: The registry is not on this machine.
        RegistryFault: It does not answer, or not as a registry.
        PullDenied: The credentials are wrong, or without the right to pull.
        ImageNotFound: There is no such tag or digest.
        ImageError: What it hands out is not what it says.
    """
    parsed = parse_reference(reference)
    if not is_loopback(parsed.domain):
        raise RegistryUnreachable(reference)
    # Without proxies: the registry is here. OpenSSL reads SSL_CERT_FILE itself.
    context = ssl.create_default_context()
    with httpx.Client(verify=context, trust_env=False, timeout=_TIMEOUT) as client:
        try:
            return _Registry(client, store, reference, parsed, credentials).image(platform)
        except httpx.HTTPError as error:
            raise RegistryFault(reference, str(error) or type(error).__name__) from error


@dataclass
class _Registry:
    """One pull."""

    client: httpx.Client
    store: ContentStore
    reference: str
    parsed: Reference
    credentials: Credentials | None
    base: str = ""
    authorization: str = ""

    def image(self, platform: str) -> Image:
        """Fetches the manifest, that of the platform, and their blobs."""
        self._sign_in()
        wanted = self.parsed.digest or self.parsed.tag or "latest"
        manifest = self._manifest(wanted, None if self.parsed.digest is None else parse_digest(self.parsed.digest))
        image = child(self.store, manifest, platform)
        if image != manifest:
            self._manifest(image, image)
        for digest in _blobs(self.store, image):
            if digest not in self.store:
                self._blob(digest)
        return Image.load(self.store, image, platform)

    def _sign_in(self) -> None:
        """Finds the scheme that answers, and meets its challenge."""
        answer = self._probe()
        if answer.status_code == httpx.codes.OK:
            return
        if answer.status_code not in _REFUSED:
            raise RegistryFault(self.reference, f"{answer.url} answers {answer.status_code}")
        kind, _, rest = answer.headers.get("www-authenticate", "").partition(" ")
        if kind.lower() == "bearer":
            self.authorization = f"Bearer {self._token(dict(_PARAMETER.findall(rest)))}"
        elif kind.lower() == "basic" and self.credentials is not None:
            self.authorization = self.credentials.basic
        else:
            raise PullDenied(self.reference)

    def _probe(self) -> httpx.Response:
        try:
            self.base = f"https://{self.parsed.domain}"
            return self.client.get(f"{self.base}/v2/")
        except httpx.TransportError as secure:
            # As Docker does for registries of its own machine, and for those only.
            self.base = f"http://{self.parsed.domain}"
            try:
                return self.client.get(f"{self.base}/v2/")
            except httpx.TransportError:
                raise secure from None

    def _token(self, challenge: dict[str, str]) -> str:
        realm = challenge.get("realm", "")
        if not is_loopback(urlsplit(realm).netloc):
            raise RegistryFault(self.reference, f"its token service '{realm}' is not on this machine")
        query = {"scope": f"repository:{self.parsed.path}:pull"}
        if "service" in challenge:
            query["service"] = challenge["service"]
        headers = {} if self.credentials is None else {"Authorization": self.credentials.basic}
        answer = self.client.get(realm, params=query, headers=headers)
        if answer.status_code in _REFUSED:
            raise PullDenied(self.reference)
        document = self._document(answer)
        return str(document.get("token") or document.get("access_token") or "")

    def _manifest(self, wanted: str, expected: Digest | None) -> Digest:
        with self._get(f"manifests/{wanted}", {"Accept": _ACCEPT}) as answer:
            content = answer.read()
            said = answer.headers.get("docker-content-digest")
        try:
            expected = expected or (parse_digest(said) if said else None)
        except DigestInvalid as error:
            raise RegistryFault(self.reference, str(error)) from error
        algorithm = expected.partition(":")[0] if expected else ALGORITHM
        actual = digest_of(content, algorithm)
        if expected is not None and actual != expected:
            raise DigestMismatch(expected, actual)
        return self.store.put(content, algorithm)

    def _blob(self, digest: Digest) -> None:
        algorithm = digest.partition(":")[0]
        with self._get(f"blobs/{digest}", {}) as answer, self.store.writer(algorithm) as writer:
            for chunk in answer.iter_bytes():
                writer.write(chunk)
            writer.commit(digest)

    @contextmanager
    def _get(self, path: str, headers: dict[str, str]) -> Iterator[httpx.Response]:
        """A body that is being read; storage that the registry redirects to gets no credentials."""
        url = f"{self.base}/v2/{self.parsed.path}/{path}"
        headers = headers | {"Accept-Encoding": "identity"}
        for _ in range(_REDIRECTS):
            if not is_loopback(urlsplit(url).netloc):
                raise RegistryFault(self.reference, f"'{urlsplit(url).netloc}' is not on this machine")
            own = urlsplit(url).netloc == self.parsed.domain
            signed = {"Authorization": self.authorization} if own and self.authorization else {}
            with self.client.stream("GET", url, headers=headers | signed) as answer:
                if not answer.is_redirect:
                    self._check(answer)
                    yield answer
                    return
                url = urljoin(url, answer.headers["location"])
        raise RegistryFault(self.reference, f"more than {_REDIRECTS} redirects")

    def _check(self, answer: httpx.Response) -> None:
        if answer.status_code in _REFUSED:
            raise PullDenied(self.reference)
        if answer.status_code == httpx.codes.NOT_FOUND:
            raise ImageNotFound(self.reference)
        if answer.status_code != httpx.codes.OK:
            raise RegistryFault(self.reference, f"{answer.url} answers {answer.status_code}")

    def _document(self, answer: httpx.Response) -> dict[str, Any]:
        try:
            document = answer.json()
        except ValueError:
            document = None
        if answer.status_code != httpx.codes.OK or not isinstance(document, dict):
            raise RegistryFault(self.reference, f"{answer.url.copy_with(query=None)} answers {answer.status_code}")
        return document


def _blobs(store: ContentStore, manifest: Digest) -> Iterator[Digest]:
    """The configuration and the layers."""
    document = read_object(store, manifest)
    try:
        for item in (document["config"], *document["layers"]):
            yield parse_digest(item["digest"])
    except (KeyError, TypeError) as error:
        raise ImageInvalid(manifest, f"its manifest has no usable {error}") from error
