"""Starts Azure ML's inference server as `azmlinfsrv` does, behind keys and TLS where the service has them.

It runs inside the service image and takes the arguments of `azmlinfsrv`. Environment variables:

- `SCORING_AUTH`: `key` lets nobody in without one of the keys; without it, or with `none`, anybody may ask.
- `SCORING_PRIMARY_KEY`, `SCORING_SECONDARY_KEY`: the keys; callers show one as `Authorization: Bearer <key>`.
- `SERVICE_NAME`: named as the realm to who has no key, so that a service is known by its name all the same.
- `SCORING_TLS_FOLDER`: folder with `tls.crt` and `tls.key`; the server then answers by https alone.

`/` stays open: it tells whether the service is healthy, and nothing more.
"""

from __future__ import annotations

import hmac
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    # The image may have any Python that the server runs on: nothing newer is used when this runs.
    from collections.abc import Callable, Iterable, Mapping

    Application = Callable[[Mapping[str, Any], Callable[..., Any]], Iterable[bytes]]

_SCHEME = "bearer "


def guarded(application: Application, keys: Iterable[str]) -> Application:
    """The application behind the keys: without one of them it answers 401, but for `/`.

    Args:
        application: What answers.
        keys: The keys; any of them lets a caller in.
    """
    accepted = [key.encode() for key in keys]
    realm = "".join(
        letter for letter in os.environ.get("SERVICE_NAME", "scoring") if letter.isalnum() or letter in "-_."
    )

    def answer(environ: Mapping[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        shown = environ.get("HTTP_AUTHORIZATION", "")
        if environ.get("PATH_INFO") in {"", "/"} or _is_known(shown, accepted):
            return application(environ, start_response)
        body = json.dumps({"message": _refusal(shown)}).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        start_response("401 Unauthorized", [*headers, ("WWW-Authenticate", f'Bearer realm="{realm}"')])
        # An answer to HEAD ends with its headers, and gunicorn sends on what it is given.
        return [] if environ.get("REQUEST_METHOD") == "HEAD" else [body]

    return answer


def _is_known(shown: str, accepted: list[bytes]) -> bool:
    """Whether a header holds one of the keys; the time that it takes tells nothing of them."""
    if not shown.lower().startswith(_SCHEME):
        return False
    key = shown[len(_SCHEME) :].strip().encode("latin-1", "replace")
    # Every key is compared, whichever was found.
    return sum(hmac.compare_digest(key, one) for one in accepted) > 0


def _refusal(shown: str) -> str:
    if not shown:
        return "a key is required: send the header Authorization: Bearer <key>"
    if not shown.lower().startswith(_SCHEME):
        return "the header Authorization must read: Bearer <key>"
    return "the key is none of this service"


def _taken_keys() -> list[str] | None:
    """The keys, taken out of the environment so that the scoring script does not see them; None for an open service."""
    keys = [os.environ.pop(name, "") for name in ("SCORING_PRIMARY_KEY", "SCORING_SECONDARY_KEY")]
    auth = os.environ.pop("SCORING_AUTH", "none")
    if auth == "none":
        return None
    if auth != "key":
        sys.exit(f"SCORING_AUTH must be key or none; got {auth!r}")
    if not keys[0]:
        sys.exit("SCORING_PRIMARY_KEY is empty, and SCORING_AUTH is key: the service does not start without a key")
    return [key for key in keys if key]


def _tls() -> dict[str, str]:
    """Settings of gunicorn for TLS; none without a folder."""
    folder = os.environ.get("SCORING_TLS_FOLDER")
    if not folder:
        return {}
    files = {"certfile": str(Path(folder, "tls.crt")), "keyfile": str(Path(folder, "tls.key"))}
    for path in files.values():
        if not Path(path).is_file():
            sys.exit(f"SCORING_TLS_FOLDER must hold tls.crt and tls.key; {path} is not there")
    return files


def main() -> None:
    """Run the server until it is ended."""
    import gunicorn.app.wsgiapp  # noqa: PLC0415 - it is in the image alone

    keys, tls = _taken_keys(), _tls()
    original = gunicorn.app.wsgiapp.WSGIApplication

    class Guarded(original):  # type: ignore[misc, valid-type]  # gunicorn has no types where this is checked
        """gunicorn's application, as the server starts it, with TLS and keys."""

        def load_config(self) -> None:
            super().load_config()
            for name, value in tls.items():
                self.cfg.set(name, value)

        def load(self) -> Application:
            application: Application = super().load()
            return application if keys is None else guarded(application, keys)

    # The server makes an object of this class, and sets all the rest.
    gunicorn.app.wsgiapp.WSGIApplication = Guarded
    from azureml_inference_server_http import amlserver  # noqa: PLC0415 - it must find the class above

    amlserver.run()


if __name__ == "__main__":
    main()
