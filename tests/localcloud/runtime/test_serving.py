"""The real azureml-inference-server-http serves a score.py from an image."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localcloud.runtime import identity
from localcloud.runtime.spec import ContainerSpec, HealthCheck

if TYPE_CHECKING:
    from localcloud.runtime.process import ProcessRuntime

SCORE = """
import os
from pathlib import Path

def init():
    global bias
    bias = int(Path(os.environ["AZUREML_MODEL_DIR"], "bias.txt").read_text())

def run(text):
    import json
    return {"sum": sum(json.loads(text)["data"]) + bias}
"""
CHECK = "import urllib.request; urllib.request.urlopen('http://127.0.0.1:5001/', timeout=2)"


def test_a_scoring_container(
    runtime: ProcessRuntime, make_image: Any, wait: Any, address: tuple[str, int], tmp_path: Path
) -> None:
    models = "/var/azureml-app/azureml-models/adder/1"
    image = make_image(
        {"var/azureml-app/score.py": SCORE, f"{models[1:]}/bias.txt": "100"},
        run=("conda install -y conda=4.7.12 python=3.7 && pip install --no-cache-dir azureml-inference-server-http",),
        env={"AZUREML_MODEL_DIR": models},
        workdir="/var/azureml-app",
        cmd=("azmlinfsrv", "--entry_script", "/var/azureml-app/score.py", "--port", "5001"),
    )
    health = HealthCheck(("CMD", "python", "-c", CHECK), interval=10, retries=3)
    ports = {5001: address}
    runtime.start(ContainerSpec("scoring", "scoring", image.manifest_digest, ports=ports, health=health))
    wait(lambda: runtime.state("scoring").health == "healthy")
    body = json.dumps({"data": [1, 2, 3]}).encode()
    request = urllib.request.Request(
        f"http://{address[0]}:{address[1]}/score", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - http on loopback
        assert json.loads(answer.read()) == {"sum": 106}
    assert "0.0.0.0:5001" not in runtime.logs("scoring")
    folder = str(tmp_path / "containers" / "scoring")
    assert len(identity.members(folder)) >= 2, "gunicorn and its worker"
    runtime.stop("scoring")
    assert identity.members(folder) == []
