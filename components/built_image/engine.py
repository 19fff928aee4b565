"""The Docker engine that runs an image once: without network, without rights, with nothing that it could write to.

The client is the SDK `docker`: a login goes to the engine in a header, never through a command line or a file, and no
program has to be installed beside the engine.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import NoEngine, NotPulled, NotRun
from .probe import MARK, SCRIPT

if TYPE_CHECKING:
    import docker

__all__ = ["NEEDED", "Engine", "connected"]

NEEDED = "pip install 'azureml-scoring[image-check]'"
"""What brings the libraries that this takes."""
_DEFAULT = "unix:///var/run/docker.sock"
_SILENCE = 300
"""Longest time in seconds in which the engine says nothing, also while it unpacks a layer."""
_RUN_SECONDS = 180
"""Longest time of the container: conda's own list takes some 10 s on a slow disk."""
_LONGEST = 32 * 1024 * 1024
"""Largest answer in bytes; 5000 packages take about one MB."""
_LABEL = "azureml-scoring.built-image"
_SHOWN = 300
"""Characters of the engine's own words that are shown."""


class Engine:
    """A Docker engine; see `connected`."""

    def __init__(self, api: docker.APIClient) -> None:
        """Use a client that is connected."""
        self._api = api

    def ask(
        self, reference: str, login: Mapping[str, str] | None = None, platform: str | None = None
    ) -> tuple[str, str]:
        """Run the probe in the image, which is pulled where the engine does not have it, and stays there.

        Args:
            reference: The image, best by its digest.
            login: `username` and `password`; None for what the engine's client is logged in with.
            platform: Such as `linux/arm64`; None for the engine's own.

        Returns:
            What the probe wrote, and the mark that its headers open with.

        Raises:
            NotPulled: The engine could not get the image.
            NotRun: The container did not run or did not end.
        """
        self._pull(reference, login, platform)
        mark = secrets.token_hex(16)
        with _worded(NotRun, "the container did not run"):
            container = self._api.create_container(**self._container(reference, mark, platform))["Id"]
            try:
                self._api.start(container)
                self._wait(container)
                return self._output(container), mark
            finally:
                self._api.remove_container(container, force=True, v=True)

    def _pull(self, reference: str, login: Mapping[str, str] | None, platform: str | None) -> None:
        from docker.errors import ImageNotFound  # noqa: PLC0415 - an extra: known to be there once there is an engine

        with _worded(NotPulled, "it could not be pulled"):
            with contextlib.suppress(ImageNotFound):
                self._api.inspect_image(reference)
                return
            name, _, digest = reference.partition("@")
            repository, tag = _without_tag(name)
            lines = self._api.pull(
                repository,
                tag=digest or tag,
                stream=True,
                decode=True,
                auth_config=dict(login) if login else None,
                platform=platform,
            )
            # The engine answers 200 before it knows; what goes wrong later is a line of the stream.
            for line in lines:
                if "error" in line:
                    raise NotPulled(f"it could not be pulled: {_shown(line['error'])}")

    def _container(self, reference: str, mark: str, platform: str | None) -> dict[str, Any]:
        limits = self._api.create_host_config(
            network_mode="none",
            read_only=True,
            tmpfs={"/tmp": "size=64m"},  # noqa: S108 - the container's own
            cap_drop=["ALL"],
            security_opt=["no-new-privileges"],
            pids_limit=256,
            mem_limit="1g",
            # Readable by us, whatever the engine's own choice is.
            log_config={"Type": "json-file", "Config": {}},
        )
        return {
            "image": reference,
            "entrypoint": ["/bin/sh", "-c"],
            "command": [SCRIPT],
            "environment": {MARK: mark},
            "working_dir": "/",
            "healthcheck": {"test": ["NONE"]},
            "labels": {_LABEL: "probe"},
            "host_config": limits,
            "platform": platform,
        }

    def _wait(self, container: str) -> None:
        import requests  # noqa: PLC0415 - what the SDK brings

        try:
            self._api.wait(container, timeout=_RUN_SECONDS)
        except (requests.exceptions.ReadTimeout, requests.exceptions.ConnectionError):
            raise NotRun(f"the container did not end within {_RUN_SECONDS} s") from None

    def _output(self, container: str) -> str:
        output = bytearray()
        for chunk in self._api.logs(container, stdout=True, stderr=False, stream=True):
            output += chunk
            if len(output) > _LONGEST:
                raise NotRun(f"its answer is longer than {_LONGEST} bytes")
        return output.decode(errors="replace")


@contextmanager
def connected() -> Iterator[Engine]:
    """The engine of `DOCKER_HOST`, else the one of the default socket; raises NoEngine where none answers."""
    try:
        import docker  # noqa: PLC0415 - an extra, which most users do without
    except ImportError:
        raise NoEngine(f"the Python SDK of Docker is not installed ({NEEDED})") from None
    scheme, _, path = (os.environ.get("DOCKER_HOST") or _DEFAULT).partition("://")
    if scheme == "unix" and not Path(path).exists():
        raise NoEngine(f"no Docker engine is here: there is no {path} (DOCKER_HOST names another place)")
    with contextlib.ExitStack() as closing:
        with _worded(NoEngine, "no Docker engine answers (DOCKER_HOST, else the default socket)"):
            client = closing.enter_context(contextlib.closing(docker.from_env(timeout=_SILENCE)))
            system = client.version().get("Os", "linux")
        if system != "linux":
            raise NoEngine(f"the Docker engine runs containers of {system}, not of linux")
        yield Engine(client.api)


@contextmanager
def _worded(kind: type[NoEngine | NotPulled | NotRun], what: str) -> Iterator[None]:
    """Whatever the client raises becomes an error of ours, with the engine's own words."""
    import requests  # noqa: PLC0415 - as above
    from docker.errors import APIError, DockerException  # noqa: PLC0415 - as above

    try:
        yield
    except APIError as error:
        raise kind(f"{what}: {_shown(error.explanation or error)}") from None
    except (DockerException, requests.RequestException) as error:
        raise kind(f"{what}: {_shown(error)}") from None


def _shown(words: object) -> str:
    return " ".join(str(words).split())[:_SHOWN]


def _without_tag(name: str) -> tuple[str, str | None]:
    """Repository and tag of a name without digest; the engine would take a name without tag for all of its tags."""
    folder, slash, last = name.rpartition("/")
    image, _, tag = last.partition(":")
    return f"{folder}{slash}{image}", tag or "latest"
