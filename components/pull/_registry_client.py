"""One question to a registry: can this credential pull this manifest? Asked as Docker asks, of any registry.

The order is Docker's: `/v2/` tells how to log in, a token is asked for with the scope of the repository, and the
manifest with that token. Where that is refused, a login without the scope tells a wrong credential from a missing
right.
"""

import asyncio
import base64
import hashlib
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import NoReturn, TypeVar
from urllib.parse import urlsplit

import httpx

from ..rules import ImageReference
from ._connection import is_loopback, is_plain, unreachable
from ._refusal import Cause, Refusal, Refused, retry_after

_TIMEOUT = 15.0
"""Seconds for one step of a request: to connect, to send, to receive something."""
_LONGEST_TRY = 60.0
"""Seconds for all requests of one try: a server that answers letter by letter would hold an update up for ever."""
_MANIFESTS = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
_TOKEN_USER = "00000000-0000-0000-0000-000000000000"  # noqa: S105 - a user's name
"""The user name that Azure's registries take with a refresh token in place of a password."""
_DOCKER_HUB = {"docker.io": "registry-1.docker.io"}
"""Where Docker Hub's registry is: its images are named by another host."""
_PARAMETER = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,"]+))')
_DIGEST = re.compile("sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")
_FIREWALL = ("aka.ms/acr/firewall", "is not allowed access")
"""How a registry of Azure words that it does not let an address in."""
_SHOWN = 200
"""Longest text of a registry that is shown, in characters."""

_Answer = TypeVar("_Answer")


@dataclass(frozen=True)
class Login:
    """A user name and its password, which no `repr` shows."""

    username: str
    password: str = field(repr=False)

    @property
    def header(self) -> str:
        """The value of an Authorization header."""
        return "Basic " + base64.b64encode(f"{self.username}:{self.password}".encode()).decode()


async def try_pull(image: ImageReference, login: Login | None) -> Refusal | None:
    """Whether an image can be pulled: None, or why not.

    Args:
        image: The image; without tag and digest `latest` is asked for.
        login: Who pulls; None for anybody.
    """
    found = await _tried(image, login, lambda attempt: attempt.run())
    return found if isinstance(found, Refusal) else None


async def resolve(image: ImageReference, login: Login | None) -> str | Refusal:
    """The digest of an image, or why it can't be pulled.

    Args:
        image: The image; without tag and digest `latest` is asked for.
        login: Who pulls; None for anybody.
    """
    return await _tried(image, login, lambda attempt: attempt.digest())


async def _tried(
    image: ImageReference, login: Login | None, ask: Callable[["_Attempt"], Awaitable[_Answer]]
) -> _Answer | Refusal:
    """What the registry answers, or why it does not."""
    try:
        async with asyncio.timeout(_LONGEST_TRY), httpx.AsyncClient(timeout=_TIMEOUT) as client:
            return await ask(_Attempt(client, image, login))
    except Refused as error:
        return error.refusal
    except TimeoutError:
        return Refusal(Cause.NETWORK, f"gave no whole answer within {_LONGEST_TRY:.0f} s")
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        return unreachable(error)


async def exchange(login_server: str, access_token: str) -> Login:
    """The login that an Azure registry gives for a token of the directory; raises Refused.

    The token opens more than the registry: the caller has made sure that the host is the registry's.
    """
    form = {"grant_type": "access_token", "service": login_server, "access_token": access_token}
    try:
        async with httpx.AsyncClient(timeout=_TIMEOUT) as client:
            answer = await client.post(f"https://{login_server}/oauth2/exchange", data=form)
    except (httpx.HTTPError, OSError) as error:
        raise Refused(unreachable(error)) from None
    if answer.status_code in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
        raise Refused(Refusal(Cause.NO_ROLE, "the deployer has no right at the registry"))
    if answer.status_code != httpx.codes.OK:
        raise Refused(Refusal(Cause.NETWORK, f"answered {answer.status_code} to the deployer's token"))
    return Login(_TOKEN_USER, str(_document(answer).get("refresh_token", "")))


class _Attempt:
    """One try; each step raises Refused."""

    def __init__(self, client: httpx.AsyncClient, image: ImageReference, login: Login | None) -> None:
        self._client = client
        self._image = image
        self._login = login
        self._host = _DOCKER_HUB.get(image.domain, image.domain)
        self._origin = f"https://{self._host}"

    async def digest(self) -> str:
        """The digest of the manifest: the one that the registry names, else that of what it hands out."""
        answer, authorization = await self.run()
        named = self._image.digest or answer.headers.get("Docker-Content-Digest", "")
        if _DIGEST.fullmatch(named):
            return str(named)
        whole = await self._get(f"/v2/{self._image.path}/manifests/{self._image.tag or 'latest'}", authorization)
        await self._judge(whole)
        return f"sha256:{hashlib.sha256(whole.content).hexdigest()}"

    async def run(self) -> tuple[httpx.Response, str | None]:
        """The answer to the request for the manifest, and the Authorization header that it took."""
        answer = await self._knock()
        authorization = None
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            authorization = await self._authorize(answer)
        elif answer.status_code != httpx.codes.OK:
            self._unusable(answer)
        answer = await self._manifest(authorization)
        if answer.status_code == httpx.codes.UNAUTHORIZED and authorization is None:
            # Some registries ask at the repository only.
            authorization = await self._authorize(answer)
            answer = await self._manifest(authorization)
        await self._judge(answer)
        return answer, authorization

    async def _knock(self) -> httpx.Response:
        try:
            return await self._client.get(f"{self._origin}/v2/")
        except httpx.ConnectError as error:
            # As Docker does: a registry on this machine may do without TLS, but not with a certificate nobody trusts.
            if not is_loopback(self._host) or not is_plain(error):
                raise
        self._origin = f"http://{self._host}"
        return await self._client.get(f"{self._origin}/v2/")

    async def _authorize(self, answer: httpx.Response) -> str:
        """The Authorization header for the repository."""
        scheme, parameters = _challenge(answer)
        if scheme == "bearer":
            return await self._token_for(parameters, f"repository:{self._image.path}:pull")
        if self._login is None:
            self._stranger(answer)
        if scheme != "basic":
            raise Refused(Refusal(Cause.CREDENTIAL, f"asks for a login of the kind {scheme!r}", lasting=True))
        self._guard(self._origin)
        if (await self._get("/v2/", self._login.header)).status_code == httpx.codes.UNAUTHORIZED:
            raise Refused(Refusal(Cause.CREDENTIAL, self._said(answer)))
        return self._login.header

    async def _token_for(self, parameters: dict[str, str], scope: str) -> str:
        answer = await self._ask_token(parameters, scope)
        if answer.status_code in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
            await self._refused(answer, parameters)
        return self._bearer(answer)

    async def _ask_token(self, parameters: dict[str, str], scope: str | None) -> httpx.Response:
        realm = parameters.get("realm", "")
        self._guard(realm)
        query = {"service": parameters.get("service"), "scope": scope}
        headers = {"Authorization": self._login.header} if self._login else {}
        asked = {key: value for key, value in query.items() if value}
        return await self._client.get(httpx.URL(realm).copy_merge_params(asked), headers=headers)

    def _guard(self, url: str) -> None:
        """Stops before anything is asked of a place that a password must not go to."""
        try:
            parts = urlsplit(url)
        except ValueError as error:
            detail = f"sends its clients to what is no address to log in ({error})"
            raise Refused(Refusal(Cause.NETWORK, detail, lasting=True)) from None
        plain = self._origin.startswith("http:") and parts.scheme == "http" and is_loopback(parts.netloc)
        if parts.scheme != "https" and not plain:
            detail = f"sends its clients to {parts.scheme or 'no'}://{parts.netloc} to log in, which is not safe"
            raise Refused(Refusal(Cause.NETWORK, detail, lasting=True))

    def _bearer(self, answer: httpx.Response) -> str:
        if answer.status_code != httpx.codes.OK:
            self._unusable(answer)
        document = _document(answer)
        token = document.get("token") or document.get("access_token")
        if not token:
            raise Refused(Refusal(Cause.NETWORK, "its token service answers without a token"))
        return f"Bearer {token}"

    async def _manifest(self, authorization: str | None) -> httpx.Response:
        path = f"/v2/{self._image.path}/manifests/{self._image.digest or self._image.tag or 'latest'}"
        answer = await self._get(path, authorization, method="HEAD")
        # Only a GET has a body that tells why, and some registries have no HEAD.
        return answer if answer.status_code == httpx.codes.OK else await self._get(path, authorization)

    async def _get(self, path: str, authorization: str | None, method: str = "GET") -> httpx.Response:
        headers = {"Accept": ", ".join(_MANIFESTS)} | ({"Authorization": authorization} if authorization else {})
        # httpx drops the header where a redirect leaves the registry.
        return await self._client.request(method, f"{self._origin}{path}", headers=headers, follow_redirects=True)

    async def _judge(self, answer: httpx.Response) -> None:
        status = answer.status_code
        if status == httpx.codes.NOT_FOUND:
            raise Refused(Refusal(Cause.NO_SUCH_TAG, self._said(answer)))
        if status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
            scheme, parameters = _challenge(answer)
            await self._refused(answer, parameters if scheme == "bearer" else {})
        if status != httpx.codes.OK:
            self._unusable(answer)

    async def _refused(self, answer: httpx.Response, parameters: dict[str, str]) -> NoReturn:
        """Tells the causes of a refusal apart: the same login, without asking for the repository."""
        self._keep_out(answer)
        if self._login is None:
            self._stranger(answer)
        if parameters.get("realm"):
            again = await self._ask_token(parameters, None)
            if again.status_code == httpx.codes.UNAUTHORIZED:
                raise Refused(Refusal(Cause.CREDENTIAL, self._said(again)))
            if again.status_code == httpx.codes.OK:
                # A token service may hand out tokens to anybody: the registry itself knows whether one is good.
                known = await self._get("/v2/", self._bearer(again))
                if known.status_code == httpx.codes.UNAUTHORIZED:
                    raise Refused(Refusal(Cause.CREDENTIAL, self._said(known)))
            elif again.status_code != httpx.codes.FORBIDDEN:
                self._unusable(again)
        raise Refused(Refusal(Cause.NO_ROLE, self._said(answer)))

    def _stranger(self, answer: httpx.Response) -> NoReturn:
        detail = (
            "no login was given, and it lets nobody in without one; pull mode workspace works inside Azure ML only: "
            f"it {self._said(answer)}"
        )
        raise Refused(Refusal(Cause.CREDENTIAL, detail, lasting=True))

    def _keep_out(self, answer: httpx.Response) -> None:
        if answer.status_code == httpx.codes.FORBIDDEN and any(sign in answer.text for sign in _FIREWALL):
            raise Refused(Refusal(Cause.NETWORK, self._said(answer)))

    def _unusable(self, answer: httpx.Response) -> NoReturn:
        raise Refused(Refusal(Cause.NETWORK, self._said(answer), retry_after(answer.headers.get("Retry-After"))))

    def _said(self, answer: httpx.Response) -> str:
        """The registry's own words, without the login, should it repeat it."""
        errors = _document(answer).get("errors")
        first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
        words = " ".join(str(first[key]) for key in ("code", "message") if first.get(key))
        text = f"answered {answer.status_code} {words or answer.reason_phrase}".strip()
        if self._login and self._login.password:
            for secret in (self._login.password, self._login.header.removeprefix("Basic ")):
                text = text.replace(secret, "***")
        text = "".join(letter for letter in " ".join(text.split()) if letter.isprintable())
        return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _document(answer: httpx.Response) -> dict[str, object]:
    try:
        document = answer.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        return {}
    return document if isinstance(document, dict) else {}


def _challenge(answer: httpx.Response) -> tuple[str, dict[str, str]]:
    """Scheme, lower case, and parameters of the challenge; Bearer where there are several."""
    found = [header.partition(" ") for header in answer.headers.get_list("WWW-Authenticate")]
    schemes = {scheme.lower(): rest for scheme, _, rest in found}
    chosen = "bearer" if "bearer" in schemes else next(iter(schemes), "")
    return chosen, {key: quoted or plain for key, quoted, plain in _PARAMETER.findall(schemes.get(chosen, ""))}
