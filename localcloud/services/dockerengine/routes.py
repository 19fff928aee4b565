"""The Docker Engine API under `/docker/v1.43`; the control plane's bearer token guards it."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from localcloud.arm.errors import CloudError, NotEmulated
from localcloud.images.image import DEFAULT_PLATFORM, Image
from localcloud.images.remote import Credentials
from localcloud.services.dockerengine import views
from localcloud.services.dockerengine.builds import EngineBuilds, WantedImage
from localcloud.services.dockerengine.containers import EngineContainers
from localcloud.services.dockerengine.errors import BadParameter, EngineError, ImageInUse
from localcloud.services.dockerengine.images import EngineImages

if TYPE_CHECKING:
    from localcloud.cloud import Cloud

PREFIX = "/docker/v1.43"
_VERSION = {"Version": "localcloud", "ApiVersion": "1.43", "MinAPIVersion": "1.43", "Os": "linux", "Arch": "amd64"}
_STOP_SECONDS = 10
_TRUE = frozenset({"1", "true", "True"})

Handler = Callable[[Request, Any], Response]


def routes(cloud: Cloud) -> list[Route]:
    """The routes of the engine; each does its work in a thread."""
    engine = _Engine(cloud)
    table: list[tuple[str, str, Handler]] = [
        ("GET", "/_ping", engine.ping),
        ("GET", "/version", engine.version),
        ("POST", "/images/create", engine.pull),
        ("POST", "/images/{name:path}/push", engine.push),
        ("GET", "/images/{name:path}/json", engine.inspect_image),
        ("DELETE", "/images/{name:path}", engine.remove_image),
        ("GET", "/containers/json", engine.list_containers),
        ("POST", "/containers/create", engine.create),
        ("GET", "/containers/{name}/json", engine.inspect),
        ("GET", "/containers/{name}/logs", engine.logs),
        ("POST", "/containers/{name}/start", engine.start),
        ("POST", "/containers/{name}/stop", engine.stop),
        ("POST", "/containers/{name}/update", engine.update),
        ("DELETE", "/containers/{name}", engine.remove),
    ]
    listed = [f"{method} {path}" for method, path, _ in table]
    known = [Route(f"{PREFIX}{path}", _endpoint(handler), methods=[method]) for method, path, handler in table]
    known.append(Route(f"{PREFIX}/build", _endpoint(engine.build, is_json=False), methods=["POST"]))
    return [*known, Route("/docker/{rest:path}", _endpoint(_other(listed)), methods=["GET", "POST", "PUT", "DELETE"])]


def _endpoint(handler: Handler, *, is_json: bool = True) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        body = await request.body()
        try:
            given = body if not is_json else json.loads(body) if body else {}
            return await run_in_threadpool(handler, request, given)
        except (EngineError, CloudError) as error:
            return JSONResponse({"message": error.message}, error.status)
        except ValueError as error:
            return JSONResponse({"message": f"invalid JSON: {error}"}, HTTPStatus.BAD_REQUEST)

    return serve


def _other(listed: list[str]) -> Handler:
    def refuse(request: Request, _: Any) -> Response:
        raise NotEmulated(f"the Docker Engine operation '{request.method} {request.url.path}'", listed)

    return refuse


class _Engine:
    """Unpacks requests; `EngineImages` and `EngineContainers` do the work."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._images = EngineImages(cloud)
        self._builds = EngineBuilds(cloud, self._images)
        self._containers = EngineContainers(cloud, self._images)

    def ping(self, _request: Request, _body: Any) -> Response:
        """Whether it answers."""
        return PlainTextResponse("OK", headers={"Api-Version": _VERSION["ApiVersion"], "Ostype": "linux"})

    def version(self, _request: Request, _body: Any) -> Response:
        """What it is."""
        return JSONResponse(_VERSION)

    def pull(self, request: Request, _body: Any) -> Response:
        """`docker pull`: the progress as JSON lines."""
        query = request.query_params
        credentials = _credentials(request.headers.get("x-registry-auth", ""))
        local, image, known = self._images.pull(query.get("fromImage", ""), query.get("tag", ""), credentials)
        path = local.repository.partition("/")[2]
        lines: list[dict[str, Any]] = [{"status": f"Pulling from {path}", "id": local.tag or local.manifest}]
        done = "Already exists" if known else "Pull complete"
        lines += [{"status": done, "progressDetail": {}, "id": views.short(layer)} for layer in image.layers]
        end = "Image is up to date" if known else "Downloaded newer image"
        lines += [{"status": f"Digest: {local.manifest}"}, {"status": f"Status: {end} for {local.name}"}]
        return Response("".join(f"{json.dumps(line)}\r\n" for line in lines), media_type="application/json")

    def build(self, request: Request, body: Any) -> Response:
        """`docker build`: the log as JSON lines."""
        query = request.query_params
        logins = _document(request.headers.get("x-registry-config", ""), "X-Registry-Config")
        wanted = WantedImage(
            context=body,
            names=tuple(query.getlist("t")),
            dockerfile=query.get("dockerfile", "Dockerfile"),
            arguments=json.loads(query.get("buildargs") or "{}"),
            target=query.get("target") or None,
            platforms=tuple((query.get("platform") or DEFAULT_PLATFORM).split(",")),
            logins={host: Credentials(login["username"], login["password"]) for host, login in logins.items()},
        )
        lines = [{"stream": f"{line}\n"} for line in self._builds.build(wanted)]
        return Response("".join(f"{json.dumps(line)}\r\n" for line in lines), media_type="application/json")

    def push(self, request: Request, _body: Any) -> Response:
        """`docker push`."""
        tag = request.query_params.get("tag", "")
        login = _credentials(request.headers.get("x-registry-auth", ""))
        digest, size = self._builds.push(request.path_params["name"], tag, login)
        return JSONResponse({"aux": {"Tag": tag, "Digest": digest, "Size": size}})

    def inspect_image(self, request: Request, _body: Any) -> Response:
        """`docker image inspect`."""
        local = self._images.find(request.path_params["name"])
        image = Image.load(self._cloud.content, local.manifest)
        return JSONResponse(views.image_view(image, self._images.same(local)))

    def remove_image(self, request: Request, _body: Any) -> Response:
        """`docker rmi`."""
        local = self._images.find(request.path_params["name"])
        names = self._images.same(local)
        user = self._containers.using(local)
        if user is not None and len(names) == 1 and not _flag(request, "force"):
            raise ImageInUse(local.name, user["Id"], local.id)
        self._images.forget(local)
        gone = [{"Deleted": local.id}] if len(names) == 1 else []
        return JSONResponse([{"Untagged": local.name}, *gone])

    def list_containers(self, request: Request, _body: Any) -> Response:
        """`docker ps`."""
        found = [(container, self._containers.state(container)) for container in self._containers.all()]
        everything = _flag(request, "all")
        shown = [pair for pair in found if everything or (pair[1] is not None and pair[1].status == "running")]
        return JSONResponse([views.container_line(*pair) for pair in shown])

    def create(self, request: Request, body: Any) -> Response:
        """`docker create`."""
        identifier = self._containers.create(request.query_params.get("name", ""), body)
        return JSONResponse({"Id": identifier, "Warnings": []}, HTTPStatus.CREATED)

    def inspect(self, request: Request, _body: Any) -> Response:
        """`docker inspect`."""
        return JSONResponse(self._containers.view(self._containers.find(request.path_params["name"])))

    def logs(self, request: Request, _body: Any) -> Response:
        """`docker logs`, in frames, as of a container without a terminal."""
        if _flag(request, "follow"):
            raise NotEmulated("following a container's log", ["GET /containers/{id}/logs?tail="])
        tail = request.query_params.get("tail", "all")
        lines = int(tail) if tail.isdecimal() else None
        text = self._containers.logs(self._containers.find(request.path_params["name"]), lines)
        return Response(views.multiplexed(text), media_type="application/vnd.docker.multiplexed-stream")

    def start(self, request: Request, _body: Any) -> Response:
        """`docker start`."""
        return _changed(self._containers.start(self._containers.find(request.path_params["name"])))

    def stop(self, request: Request, _body: Any) -> Response:
        """`docker stop`."""
        seconds = request.query_params.get("t", str(_STOP_SECONDS))
        if not seconds.isdecimal():
            raise BadParameter(f"t={seconds} is no number of seconds")
        return _changed(self._containers.stop(self._containers.find(request.path_params["name"]), float(seconds)))

    def update(self, request: Request, body: Any) -> Response:
        """`docker update --restart`."""
        container = self._containers.find(request.path_params["name"])
        if set(body) - {"RestartPolicy"}:
            raise NotEmulated("updates of more than the restart policy", ["RestartPolicy"])
        self._containers.update(container, body.get("RestartPolicy") or {})
        return JSONResponse({"Warnings": []})

    def remove(self, request: Request, _body: Any) -> Response:
        """`docker rm`."""
        container = self._containers.find(request.path_params["name"])
        self._containers.remove(container, force=_flag(request, "force"))
        return Response(status_code=HTTPStatus.NO_CONTENT)


def _flag(request: Request, name: str) -> bool:
    return request.query_params.get(name, "") in _TRUE


def _changed(changed: bool) -> Response:  # noqa: FBT001 - one answer, yes or no, is all it takes
    return Response(status_code=HTTPStatus.NO_CONTENT if changed else HTTPStatus.NOT_MODIFIED)


def _credentials(header: str) -> Credentials | None:
    """X-Registry-Auth; nothing and `{}` are anonymous."""
    document = _document(header, "X-Registry-Auth")
    if not document.get("username"):
        return None
    return Credentials(document["username"], document.get("password", ""))


def _document(header: str, name: str) -> Any:
    """A header that is JSON in base64 for URLs; nothing is an empty object."""
    if not header:
        return {}
    try:
        return json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))
    except (binascii.Error, ValueError):
        raise BadParameter(f"{name} is not JSON in base64") from None
