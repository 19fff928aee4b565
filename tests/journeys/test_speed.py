"""How fast services are: a changed script to its prediction, and ten services that come up side by side.

Limits are for two cores that do nothing else; on a machine with more work than cores they stretch with its load.
"""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.journeys.project import SAMPLE, Journey, free_port, plain_prediction

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]

CHANGED_SCRIPT = 15.0
"""Seconds from a changed score.py to its prediction on `local`."""
SIDE_BY_SIDE = 1.3
"""Wall time of ten services against the longest of them."""
COUNT = 10
_LOG = logging.getLogger(__name__)
"""Tells the figures: `pytest --log-cli-level=INFO`."""


def slowness() -> float:
    """How much longer things take than on a machine that does nothing else."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


@pytest.fixture(scope="module")
def deployed(journey: Journey) -> Journey:
    """The journey with one local service."""
    journey.program("services")
    journey.configure(services={"scores0": {"target": "local", "local": {"port": free_port()}}})
    journey.up()
    return journey


def test_a_changed_script_predicts_anew_within_seconds(deployed: Journey) -> None:
    script = deployed.project / "examples" / "diabetes" / "score.py"
    script.write_text(script.read_text().replace("model.predict(rows)", "(model.predict(rows) + 1000)"))
    uri = deployed.outputs()["scores0_scoring_uri"]
    assert "scores0 will be rebuilt: source/score.py changed (context " in deployed.pulumi("preview").stdout
    started = time.monotonic()
    deployed.up()
    answer = httpx.post(uri, json=SAMPLE, timeout=30).json()
    seconds = time.monotonic() - started
    _LOG.info("a changed score.py to its prediction: %.1f s, limit %.1f s", seconds, CHANGED_SCRIPT * slowness())
    assert answer == pytest.approx([value + 1000 for value in plain_prediction()])
    assert seconds <= CHANGED_SCRIPT * slowness()


def test_ten_services_come_up_side_by_side(deployed: Journey) -> None:
    kept = deployed.state()["deployment"]["resources"]
    port = next(one for one in kept if one["type"] == "docker:index/container:Container")["inputs"]["ports"][0][
        "external"
    ]
    services = {"scores0": {"target": "local", "local": {"port": int(port)}}}
    services |= {f"scores{n}": {"target": "local", "local": {"port": free_port()}} for n in range(1, COUNT)}
    deployed.configure(services=services)
    deployed.up()
    chains = list(_chains(deployed))
    assert len(chains) == COUNT - 1
    wall = max(end for _, end in chains) - min(start for start, _ in chains)
    longest, together = max(end - start for start, end in chains), sum(end - start for start, end in chains)
    _LOG.info("%d services: %.1f s; the longest %.1f s, one after the other %.1f s", COUNT, wall, longest, together)
    assert wall <= SIDE_BY_SIDE * longest
    outputs = deployed.outputs()
    answers = [httpx.post(outputs[f"scores{n}_scoring_uri"], json=SAMPLE, timeout=30) for n in range(COUNT)]
    assert {answer.status_code for answer in answers} == {httpx.codes.OK}


def _chains(journey: Journey) -> Iterator[tuple[float, float]]:
    """When the first resource of each new service was begun and its last one was done, in seconds."""
    times: dict[str, list[float]] = {}
    for line in (journey.project / "events.json").read_text().splitlines():
        event = json.loads(line)
        for kind in ("resourcePreEvent", "resOutputsEvent"):
            metadata = event.get(kind, {}).get("metadata", {})
            name = metadata.get("urn", "").rpartition("::")[2].partition("-")[0]
            if name.startswith("scores") and metadata.get("op") == "create" and "$" in metadata["urn"]:
                times.setdefault(name, []).append(float(event["timestamp"]))
    yield from ((min(found), max(found)) for found in times.values())
