"""Rotation of the pull password while others pull all the time: no pull fails, and ACI restarts its group once.

The tests are steps on one stack, in this order; localcloud stands in for Azure. `pytest -s` shows what was measured.
"""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import Any, Self

import httpx
import pytest

from tests.journeys.project import Journey, plain_prediction, predict

pytestmark = [pytest.mark.journey, pytest.mark.soak]

KEY = secrets.token_urlsafe(24)
"""What callers show."""


@dataclass
class Repeated:
    """Does something again and again in a thread of its own, until the block ends.

    Attributes:
        happened: When it was done, and whether it succeeded.
    """

    happened: list[tuple[float, bool]] = field(default_factory=list)

    def once(self) -> bool:
        """Does it; whether it succeeded."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._repeat)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def failures(self) -> int:
        """How often it failed."""
        return sum(1 for _, succeeded in self.happened if not succeeded)

    def outages(self) -> list[float]:
        """Seconds of each time without success, from its first failure to the next success."""
        outages, since = [], None
        for moment, succeeded in self.happened:
            if succeeded and since is not None:
                outages.append(moment - since)
            since = None if succeeded else since or moment
        return outages

    def _repeat(self) -> None:
        while not self._ended.is_set():
            self.happened.append((time.monotonic(), self.once()))
            time.sleep(0.02)


class Pulls(Repeated):
    """Pulls an image as Docker does: challenge, token, manifest, configuration."""

    def __init__(self, journey: Journey, outputs: dict[str, Any]) -> None:
        super().__init__()
        reference, _, digest = outputs["image"].partition("@")
        host, _, rest = reference.partition("/")
        self._host, self._repository, self._digest = host, rest.rpartition(":")[0], digest
        self._credentials = (outputs["username"], outputs["password"])
        self._trust = journey.trust()

    def once(self) -> bool:
        """One whole pull."""
        scope = {"service": self._host, "scope": f"repository:{self._repository}:pull"}
        accept = "application/vnd.oci.image.manifest.v1+json"
        with httpx.Client(base_url=f"https://{self._host}", verify=self._trust, timeout=30) as client:
            answer = client.get("/oauth2/token", params=scope, auth=self._credentials)
            if answer.status_code != httpx.codes.OK:
                return False
            headers = {"Authorization": f"Bearer {answer.json()['access_token']}", "Accept": accept}
            manifest = client.get(f"/v2/{self._repository}/manifests/{self._digest}", headers=headers)
            if manifest.status_code != httpx.codes.OK:
                return False
            blob = f"/v2/{self._repository}/blobs/{manifest.json()['config']['digest']}"
            return client.get(blob, headers=headers).status_code == httpx.codes.OK


class Answers(Repeated):
    """Asks a service whether it is there."""

    def __init__(self, outputs: dict[str, Any]) -> None:
        super().__init__()
        self._url = outputs["scoring_uri"].replace("/score", "/")

    def once(self) -> bool:
        """One question."""
        try:
            return httpx.get(self._url, timeout=5).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False


def rotate(journey: Journey, rotation: int) -> None:
    journey.pulumi("config", "set", "azureml-scoring:rotation", str(rotation))
    journey.up()


@pytest.fixture(scope="module")
def generations(journey: Journey) -> list[dict[str, Any]]:
    """The stack's outputs at each rotation so far."""
    journey.program("rotation")
    journey.secret("key", KEY)
    rotate(journey, 0)
    return [journey.outputs(show_secrets=True)]


def test_no_pull_fails_while_the_password_is_rotated_and_the_group_restarts_once(
    journey: Journey, generations: list[dict[str, Any]]
) -> None:
    for rotation in (1, 2):
        before = generations[-1]
        with Pulls(journey, before) as pulls, Answers(before) as answers:
            rotate(journey, rotation)
        after = journey.outputs(show_secrets=True)
        generations.append(after)
        assert after["password"] != before["password"]
        assert after["group"] == before["group"], "the group is changed in place"
        assert len(pulls.happened) > 20
        assert pulls.failures() == 0
        assert len(answers.outages()) == 1
        print(  # noqa: T201 - the figure that the documentation quotes
            f"rotation {rotation}: {len(pulls.happened)} pulls, 0 failed; "
            f"1 restart of the group, {answers.outages()[0]:.1f} s without an answer"
        )


def test_a_password_lives_until_the_next_but_one_rotation(journey: Journey, generations: list[dict[str, Any]]) -> None:
    assert [Pulls(journey, outputs).once() for outputs in generations] == [False, True, True]


def test_an_up_without_a_rotation_changes_nothing(journey: Journey, generations: list[dict[str, Any]]) -> None:
    journey.up("--expect-no-changes")
    assert journey.outputs(show_secrets=True) == generations[-1]
    assert predict(generations[-1]["scoring_uri"], KEY) == plain_prediction()
