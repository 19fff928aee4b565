"""What is served and who is let in: keys, TLS, conda and several models, on a local container and a container group.

The tests are steps on one stack, in this order.
"""

from __future__ import annotations

import json
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.journeys.project import SAMPLE, Journey, free_port, plain_prediction

pytestmark = pytest.mark.journey

KEY, SECOND, THIRD = (f"{name}-canary-key-0123456789" for name in ("first", "second", "third"))
"""Keys that callers show."""

CONDA = """\
dependencies:
- python=3.11
- pip:
  - -r examples-requirements.txt
"""


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def several_port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """A certificate for the group's address, whatever it is, and what trusts it."""
    folder = tmp_path_factory.mktemp("tls")
    key, name, now = ec.generate_private_key(ec.SECP256R1()), x509.Name([]), datetime.now(UTC)
    built = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    built = built.not_valid_before(now).not_valid_after(now + timedelta(days=1))
    built = built.add_extension(x509.SubjectAlternativeName([x509.DNSName("scores.contoso.test")]), critical=True)
    form = serialization.Encoding.PEM
    (folder / "tls.crt").write_bytes(built.sign(key, hashes.SHA256()).public_bytes(form))
    plain = serialization.NoEncryption()
    (folder / "tls.key").write_bytes(key.private_bytes(form, serialization.PrivateFormat.PKCS8, plain))
    trust = ssl.create_default_context(cafile=folder / "tls.crt")
    trust.check_hostname = False  # the group has an address, and the certificate a name
    return folder, trust


def services(port: int, several_port: int) -> dict[str, Any]:
    """Inputs of the services by name."""
    return {
        "near": {"target": "local", "local": {"port": port}, "auth": "key", "max_concurrent_requests": 2},
        "far": {"target": "aci", "auth": "key", "tls": True, "request_timeout_seconds": 20},
        "several": {
            "target": "local",
            "local": {"port": several_port},
            "entry_script": "examples/diabetes/several.py",
            "models": ["examples/diabetes/model/model.joblib", "examples/diabetes/notes"],
            "conda_file": "examples/diabetes/environment.yml",
        },
    }


@pytest.fixture(scope="module")
def deployed(journey: Journey, port: int, several_port: int, authority: tuple[Path, ssl.SSLContext]) -> Journey:
    """The journey after its first `up`."""
    example = journey.project / "examples" / "diabetes"
    (example / "notes").mkdir()
    (example / "notes" / "words.txt").write_text("two models")
    (example / "examples-requirements.txt").write_text((example / "requirements.txt").read_text())
    (example / "environment.yml").write_text(CONDA)
    script = (example / "score.py").read_text()
    script = script.replace('/ "model.joblib"', '/ "model" / "1" / "model.joblib"')
    (example / "several.py").write_text(script + SEVERAL)
    journey.program("services")
    journey.configure(services=services(port, several_port), tls_folder=str(authority[0]))
    journey.secret("key", KEY)
    journey.up()
    return journey


SEVERAL = '''
class _Beside:
    """The same, and what the second model holds beside."""

    def __init__(self, plain):
        self._plain = plain

    def predict(self, data):
        text = (Path(os.environ["AZUREML_MODEL_DIR"]) / "notes" / "1" / "notes" / "words.txt").read_text()
        print(text)
        return self._plain.predict(data)


_init = init


def init():
    global model
    _init()
    model = _Beside(model)
'''


def ask(uri: str, key: str | None, **options: Any) -> httpx.Response:
    """The answer to the sample request with a key, or with none."""
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    return httpx.post(uri, json=SAMPLE, headers=headers, timeout=30, **options)


def statuses(uri: str, **options: Any) -> list[int]:
    """What each key, then no key, is answered."""
    return [ask(uri, key, **options).status_code for key in (KEY, SECOND, THIRD, None)]


def test_a_local_service_with_a_key_lets_in_who_shows_it(deployed: Journey) -> None:
    uri = deployed.outputs()["near_scoring_uri"]
    assert ask(uri, KEY).json() == plain_prediction()
    assert statuses(uri) == [200, 401, 401, 401]
    refused = ask(uri, None)
    assert refused.json() == {"message": "a key is required: send the header Authorization: Bearer <key>"}
    assert refused.headers["www-authenticate"] == 'Bearer realm="near"'
    assert httpx.get(uri.replace("/score", "/"), timeout=10).text == "Healthy"
    assert httpx.get(uri.replace("/score", "/swagger.json"), timeout=10).status_code == httpx.codes.UNAUTHORIZED


def test_a_container_group_with_a_certificate_answers_by_https_alone(
    deployed: Journey, authority: tuple[Path, ssl.SSLContext]
) -> None:
    uri = deployed.outputs()["far_scoring_uri"]
    assert uri.startswith("https://")
    assert ask(uri, KEY, verify=authority[1]).json() == plain_prediction()
    assert statuses(uri, verify=authority[1]) == [200, 401, 401, 401]
    with pytest.raises(httpx.ConnectError, match="certificate verify failed"):
        ask(uri, KEY)
    with pytest.raises(httpx.HTTPError):
        ask(uri.replace("https", "http"), KEY)


def test_several_models_and_a_conda_file_serve_as_one_model_does(deployed: Journey) -> None:
    outputs = deployed.outputs(show_secrets=True)
    assert ask(outputs["several_scoring_uri"], None).json() == plain_prediction()
    assert outputs["several_primary_key"] == outputs["several_secondary_key"] == ""


def test_a_second_up_changes_nothing(deployed: Journey) -> None:
    deployed.up("--expect-no-changes")


def test_keys_are_rotated_without_a_moment_without_one(
    deployed: Journey, authority: tuple[Path, ssl.SSLContext]
) -> None:
    before = deployed.outputs(show_secrets=True)
    deployed.secret("second_key", SECOND)
    deployed.up()
    for name, options in (("near", {}), ("far", {"verify": authority[1]})):
        assert statuses(before[f"{name}_scoring_uri"], **options) == [200, 200, 401, 401]
    deployed.secret("key", THIRD)
    deployed.up()
    for name, options in (("near", {}), ("far", {"verify": authority[1]})):
        assert statuses(before[f"{name}_scoring_uri"], **options) == [401, 200, 200, 401]
    after = deployed.outputs(show_secrets=True)
    assert (after["far_primary_key"], after["far_secondary_key"]) == (THIRD, SECOND)
    assert after["far_resource_id"] == before["far_resource_id"], "keys change in place"


def test_no_key_stands_anywhere_in_the_clear(deployed: Journey, authority: tuple[Path, ssl.SSLContext]) -> None:
    assert THIRD in json.dumps(deployed.state(show_secrets=True)), "the search itself has to be able to find it"
    private = (authority[0] / "tls.key").read_text().splitlines()[2]
    assert deployed.found_in_the_clear([KEY, SECOND, THIRD, private], given=True) == []


def test_a_service_in_aci_whose_init_raises_fails_with_the_end_of_its_log(deployed: Journey) -> None:
    script = deployed.project / "examples" / "diabetes" / "raises.py"
    script.write_text('def init():\n    raise ValueError("no such weights")\n\n\ndef run(data):\n    return data\n')
    raising = {"target": "aci", "auth": "none", "entry_script": "examples/diabetes/raises.py"}
    deployed.configure(services={"raising": raising})
    shown = deployed.failed_up()
    for said in ("its container ended and was started again", "the container's last lines:", "no such weights"):
        assert said in shown, shown


def test_two_services_on_one_port_are_refused_before_anything_is_made(deployed: Journey) -> None:
    port = free_port()
    one = {"target": "local", "local": {"port": port}}
    deployed.configure(services={"one": one, "two": one})
    shown = deployed.failed_up()
    assert f"ScoringService 'two': local.port must be another one than that of 'one'; got {port}" in shown, shown


def test_destroy_leaves_nothing(deployed: Journey) -> None:
    deployed.pulumi("destroy", "--yes", "--skip-preview")
    assert deployed.left() == []
