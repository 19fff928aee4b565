"""What the tests of online endpoints share: assets, endpoints, deployments, and requests to them."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from localcloud.cloud import Cloud

ACCOUNT = "Microsoft.Storage/storageAccounts/teststorage"
ENDPOINT = "onlineEndpoints/endpoint-1"
REGISTRY = "Microsoft.ContainerRegistry/registries/myRegistry"
_ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
CONDA = "name: model\ndependencies:\n- python=3.10\n- pip:\n  - azureml-inference-server-http\n"
SCORE = """
import json
import os

def init():
    print("ready as", os.environ["WHO"])

def run(data):
    return {"who": os.environ["WHO"], "sum": sum(json.loads(data)["data"])}
"""

SERVER = """
import http.server, json, os, time

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.reply(503 if self.path == "/never" else 200, {"who": os.environ["WHO"]})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        time.sleep(body.get("seconds", 0))
        print("scored", flush=True)
        self.reply(body.get("status", 200), {"who": os.environ["WHO"], "sum": sum(body.get("data", []))})

    def reply(self, status, document):
        content = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass

if os.environ["WHO"] == "broken":
    raise RuntimeError("the model can't be read")
http.server.ThreadingHTTPServer.request_queue_size = 100
http.server.ThreadingHTTPServer(("0.0.0.0", 5001), Handler).serve_forever()
"""
"""A server of an image's own, which is up in no time."""
QUICK = f"FROM scratch\nCMD {json.dumps(['python', '-u', '-c', SERVER])}\n"
_ROUTE = {"path": "/", "port": 5001}
ROUTES = {"livenessRoute": _ROUTE, "readinessRoute": _ROUTE, "scoringRoute": {"path": "/score", "port": 5001}}


@dataclass
class Online:
    """One workspace, and what is deployed in it.

    Attributes:
        workspace: Its id.
        image: What the environments are made from.
    """

    arm: Any
    cloud: Cloud
    workspace: str
    image: str

    def id(self, path: str) -> str:
        """The id of something in the workspace."""
        return f"{self.workspace}/{path}"

    def may_pull(self, principal: str) -> None:
        """Gives a principal the right to pull from the registry."""
        definition = (
            f"{self.arm.group.rpartition('/resourceGroups')[0]}/providers/Microsoft.Authorization/roleDefinitions"
        )
        properties = {"roleDefinitionId": f"{definition}/{_ACR_PULL}", "principalId": principal}
        place = self.arm.id(f"{REGISTRY}/providers/Microsoft.Authorization/roleAssignments/{principal}")
        self.arm.put(place, {"properties": properties | {"principalType": "ServicePrincipal"}})

    def upload(self, path: str, text: str) -> str:
        """Writes a blob; returns its address."""
        if self.arm.send("GET", f"{ACCOUNT}/blobServices/default/containers/assets").status_code == 404:
            self.arm.put(f"{ACCOUNT}/blobServices/default/containers/assets", {})
        url = f"{self.cloud.url}/blob/teststorage/assets/{path}"
        assert self.arm.http.put(url, content=text.encode(), headers={"x-ms-blob-type": "BlockBlob"}).is_success
        return url

    def make_code(self, name: str, script: str = SCORE) -> str:
        """A code with a `score.py`; returns its version's id."""
        self.upload(f"{name}/score.py", script)
        uri = f"{self.cloud.url}/blob/teststorage/assets/{name}"
        made: str = self.arm.put(self.id(f"codes/{name}/versions/1"), {"properties": {"codeUri": uri}})["id"]
        return made

    def make_model(self, name: str, uri: str) -> str:
        """A model; returns its version's id."""
        made: str = self.arm.put(self.id(f"models/{name}/versions/1"), {"properties": {"modelUri": uri}})["id"]
        return made

    def make_environment(self, name: str, **properties: Any) -> str:
        """An environment of the image; returns its version's id."""
        path = self.id(f"environments/{name}/versions/1")
        made: str = self.arm.put(path, {"properties": {"image": self.image} | properties})["id"]
        return made

    def endpoint(self, **properties: Any) -> dict[str, Any]:
        """Writes the endpoint."""
        body = {"location": "eastus", "identity": {"type": "SystemAssigned"}, "properties": {"authMode": "Key"}}
        body["properties"] |= properties  # type: ignore[operator]  # it is a dict
        found: dict[str, Any] = self.arm.put(self.id(ENDPOINT), body)
        return found

    def traffic_refused(self, **properties: Any) -> str:
        """The message that refuses a split."""
        body = {"location": "eastus", "properties": {"authMode": "Key"} | properties}
        status, _, message = self.arm.refused(self.id(ENDPOINT), body)
        assert status == 400, message
        return str(message)

    def body(self, code: str | None = None, **properties: Any) -> dict[str, Any]:
        """A managed deployment."""
        served = {"endpointComputeType": "Managed", "environmentId": "azureml:env:1", "instanceType": "Standard_F4s_v2"}
        configuration = {"codeId": code or self.id("codes/score/versions/1"), "scoringScript": "score.py"}
        return {"location": "eastus", "properties": served | {"codeConfiguration": configuration} | properties}

    def quick(self, who: str, **properties: Any) -> dict[str, Any]:
        """A deployment of an environment with a server of its own."""
        variables = {"environmentId": "azureml:env:1", "environmentVariables": {"WHO": who}}
        kind = {"endpointComputeType": "Managed"}
        return {"location": "eastus", "properties": kind | variables | properties}

    def deploy(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        """Writes a deployment and waits for it."""
        found: dict[str, Any] = self.arm.put(self.place(name), body)
        return found

    def refused(self, name: str, body: dict[str, Any]) -> tuple[int, str, str]:
        """Status (0: as an operation), code and message of a deployment that is refused."""
        found: tuple[int, str, str] = self.arm.refused(self.place(name), body)
        return found

    def place(self, name: str) -> str:
        """The id of a deployment."""
        return self.id(f"{ENDPOINT}/deployments/{name}")

    def logs(self, name: str, **body: Any) -> str:
        """The log of a deployment."""
        found: str = self.arm.post(f"{self.place(name)}/getLogs", body)["content"]
        return found

    def keys(self) -> dict[str, str]:
        """The endpoint's keys."""
        found: dict[str, str] = self.arm.post(f"{self.id(ENDPOINT)}/listKeys")
        return found

    def caller(self, key: str | None = None) -> httpx.Client:
        """Somebody with a key, the primary one by default; paths begin where the scoring URI's `/score` does."""
        base = self.arm.get(self.id(ENDPOINT))["properties"]["scoringUri"].removesuffix("/score")
        credential = {"authorization": f"Bearer {key or self.keys()['primaryKey']}"}
        secure = base.startswith("https:")
        trusted = ssl.create_default_context(cafile=self.cloud.home.ca_certificate) if secure else False
        return httpx.Client(base_url=base, headers=credential, verify=trusted, trust_env=False)


def score(client: httpx.Client, *numbers: int, **headers: str) -> httpx.Response:
    """One request for a prediction."""
    content = json.dumps({"data": numbers or (1, 2)})
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post("/score", content=content, headers={"content-type": "application/json"} | headers)


@dataclass
class Load:
    """What became of requests that were sent all the time.

    Attributes:
        answers: How often each deployment answered.
        failures: Everything that was no 200.
    """

    answers: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


@contextmanager
def load(client: httpx.Client, rate: float = 50.0) -> Iterator[Load]:
    """Sends so many requests a second while the block runs, each at its time whatever became of those before."""
    found, done = Load(), threading.Event()
    with ThreadPoolExecutor(32) as pool:

        def one() -> None:
            try:
                answer = score(client)
            except httpx.HTTPError as error:
                found.failures.append(repr(error))
                return
            if answer.status_code == 200:
                found.answers[answer.json()["who"]] += 1
            else:
                found.failures.append(f"{answer.status_code} {answer.text}")

        def send() -> None:
            due = time.monotonic()
            while not done.is_set():
                pool.submit(one)
                due += 1 / rate
                time.sleep(max(0.0, due - time.monotonic()))

        sender = threading.Thread(target=send)
        sender.start()
        try:
            yield found
        finally:
            done.set()
            sender.join()


def eventually_equal(read: Any, wanted: Any, seconds: float = 10.0) -> None:
    """Reads until there is what is wanted."""
    deadline = time.monotonic() + seconds
    while (found := read()) != wanted:
        assert time.monotonic() < deadline, found
        time.sleep(0.05)
