"""One run of ACR Tasks: fetch the context, build, push, and say so in the log."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from localcloud.images.build import BuildRequest, build
from localcloud.images.errors import ImageError
from localcloud.registry.local import push
from localcloud.services.containerregistry import network, run_files, runs
from localcloud.services.containerregistry.errors import TaskRunFailed
from localcloud.services.containerregistry.pulls import TaskImages
from localcloud.services.containerregistry.run_log import RunLog, RunTimeout, spoken
from localcloud.services.storage import access
from localcloud.services.storage.blobs import Blobs
from localcloud.services.storage.errors import BlobError

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud
    from localcloud.images.image import Image
    from localcloud.services.containerregistry.build_request import DockerBuild

_PUSH_TIMEOUT = 3600
_SHORT_DIGEST = slice(len("sha256:"), len("sha256:") + 12)


class RunFailed(Exception):
    """A step of a run failed; the text is for the log's reader."""


@dataclass(frozen=True)
class Execution:
    """One run.

    Attributes:
        registry: Name of the registry.
        login_server: Where it is.
        run: The run's document, kept up to date.
        wanted: What to build.
        log: Where to say so.
        is_admitted: Whether the registry's network rules let the run in.
    """

    cloud: Cloud
    registry: str
    login_server: str
    run: Document
    wanted: DockerBuild
    log: RunLog
    is_admitted: bool = True

    def go(self) -> None:
        """Does it all; raises TaskRunFailed when it ends badly."""
        runs.update(self.cloud, self.run, status="Running", startTime=runs.now())
        try:
            outputs = self._steps()
        except RunTimeout:
            self._end("Timeout", f"timed out after {self.wanted.timeout} seconds")
        except (RunFailed, ImageError) as error:
            self._end("Failed", str(error))
        except Exception:
            # The run has to come to an end in the client's eyes; the defect itself goes to the operation.
            self.log.end(self._ended("Encountered an internal error."))
            self._record("Error", "Failed", runErrorMessage="Encountered an internal error.")
            raise
        else:
            self._record("Succeeded", "Succeeded", outputImages=outputs)
            self.log.end(f"Run ID: {self.run['name']} was successful after {spoken(self.log.seconds)}")

    def _steps(self) -> list[Document]:
        context = self._download()
        try:
            self._log_in()
            self._step("build", self.wanted.timeout)
            began = self.log.seconds
            image = self._build(context)
        finally:
            context.unlink(missing_ok=True)
        self.log.say("Successfully executed container: build")
        self._step_done("build", began)
        outputs = self._push(image) if self.wanted.is_push_enabled else []
        self._list(outputs)
        return outputs

    def _download(self) -> Path:
        self.log.say("Downloading source code...")
        source = self._source()
        context = run_files.folder(self.cloud, self.registry, self.run["name"]) / "context"
        try:
            # A second name for the same bytes: the blob may be replaced while the run goes on.
            os.link(source, context)
        except OSError as error:
            raise RunFailed("failed to download context. Please check if the URL is incorrect.") from error
        self.log.say("Finished downloading source code")
        return context

    def _source(self) -> Path:
        """The file of the blob that the request's URL names, if its signature holds."""
        url = urlsplit(self.wanted.source)
        if f"{url.scheme}://{url.netloc}" != self.cloud.url or not url.path.startswith("/blob/"):
            raise RunFailed(
                f"failed to download context from '{url.scheme}://{url.hostname}': localcloud fetches from its own "
                "storage accounts only"
            )
        account, container, name = (*unquote(url.path).removeprefix("/blob/").split("/", 2), "", "")[:3]
        try:
            access.check(self.cloud, (account, container, name), dict(parse_qsl(url.query)), None, access.READ)
        except BlobError as error:
            raise RunFailed(f"failed to download context: {error.code}: {error.message}") from error
        blobs = Blobs(self.cloud.store, self.cloud.home.storage)
        blob = blobs.find(account, container, name)
        if blob is None:
            raise RunFailed("failed to download context: BlobNotFound: The specified blob does not exist.")
        return blobs.path(account, container, blob)

    def _step(self, name: str, timeout: int) -> None:
        self.log.say(f"Executing step ID: {name}. Timeout(sec): {timeout}, Working directory: '', Network: ''")

    def _step_done(self, name: str, began: float) -> None:
        elapsed = self.log.seconds - began
        self.log.say(f"Step ID: {name} marked as successful (elapsed time in seconds: {elapsed:.6f})")

    def _log_in(self) -> None:
        self.log.say("Setting up Docker configuration...")
        self.log.say("Successfully set up Docker configuration")
        self.log.say(f"Logging in to registry: {self.login_server}")
        if not self.is_admitted:
            raise RunFailed(network.tasks_refusal(self.login_server))
        self.log.say(f"Successfully logged into {self.login_server}")

    def _build(self, context: Path) -> Image:
        wanted = self.wanted
        self.log.say("Launching container with name: build")
        self.log.line(f"Sending build context to Docker daemon  {context.stat().st_size / 1000:.2f}kB")
        request = BuildRequest(
            context=context,
            dockerfile=wanted.dockerfile,
            arguments=wanted.arguments,
            secret_arguments=wanted.secret_arguments,
            target=wanted.target,
            platform=wanted.platform,
        )
        source = TaskImages(self.cloud, self.login_server, wanted.platform, wanted.registries)
        image = build(request, self.cloud.content, source, self._build_line)
        for repository, tag in wanted.images(self.run["name"]):
            self.log.line(f"Successfully tagged {self.login_server}/{repository}:{tag}")
        return image

    def _build_line(self, text: str) -> None:
        """One line of the builder's; a step takes as long as the owner of the cloud wants."""
        self.log.line(text)
        if text.startswith("Step "):
            time.sleep(self.cloud.clock.lag.steps)

    def _push(self, image: Image) -> list[Document]:
        began = self.log.seconds
        self._step("push", _PUSH_TIMEOUT)
        outputs = [self._push_one(image, *name) for name in self.wanted.images(self.run["name"])]
        self._step_done("push", began)
        return outputs

    def _push_one(self, image: Image, repository: str, tag: str) -> Document:
        name = f"{self.login_server}/{repository}:{tag}"
        self.log.say(f"Pushing image: {name}, attempt 1")
        self.log.line(f"The push refers to repository [{self.login_server}/{repository}]")
        push(self.cloud.catalog, self.login_server, repository, tag, image)
        for layer in image.layers:
            self.log.line(f"{layer[_SHORT_DIGEST]}: Pushed")
        size = self.cloud.content.size(image.manifest_digest)
        self.log.line(f"{tag}: digest: {image.manifest_digest} size: {size}")
        self.log.say(f"Successfully pushed image: {name}")
        return {"registry": self.login_server, "repository": repository, "tag": tag, "digest": image.manifest_digest}

    def _list(self, outputs: list[Document]) -> None:
        if outputs:
            self.log.say("The following dependencies were found:")
        for output in outputs:
            self.log.line("- image:")
            for name, value in output.items():
                self.log.line(f"    {name}: {value}")

    def _end(self, status: str, error: str) -> None:
        end = self._ended(error)
        self.log.end(end)
        self._record(status, "Failed", runErrorMessage=error)
        raise TaskRunFailed(end, self.log.tail)

    def _ended(self, error: str) -> str:
        return f"Run ID: {self.run['name']} failed after {spoken(self.log.seconds)}. Error: {error}"

    def _record(self, status: str, state: str, **more: Any) -> None:
        runs.update(self.cloud, self.run, status=status, provisioningState=state, finishTime=runs.now(), **more)
