"""Whether a registry of Azure lets an image be pulled: the registry of the stand-in cloud, over TLS."""

from __future__ import annotations

import asyncio

import pytest
from azureml_scoring.pull._refusal import Cause, Refusal, Refused
from azureml_scoring.pull._registry_client import Login, exchange, try_pull
from azureml_scoring.rules import ImageReference

from tests.components.pull.docker_registry import REPOSITORY
from tests.localcloud.registry.conftest import NOBODY, PULL, READER, People


def asked(host: str, login: Login | None, tag: str = "v1") -> Refusal | None:
    """The answer about the one repository."""
    return asyncio.run(try_pull(ImageReference(host, REPOSITORY, tag), login))


def cause(host: str, login: Login | None, tag: str = "v1") -> Cause:
    """Why the pull is refused; it must be."""
    refusal = asked(host, login, tag)
    assert refusal is not None
    return refusal.cause


GOOD = Login("reader", "reader-password")


def test_whoever_has_the_role_pulls(host: str) -> None:
    assert asked(host, GOOD) is None


def test_a_tag_that_is_not_there_is_told_in_the_words_of_azure(host: str) -> None:
    detail = 'answered 404 MANIFEST_UNKNOWN manifest tagged by "v2" is not found'
    assert asked(host, GOOD, "v2") == Refusal(Cause.NO_SUCH_TAG, detail)


def test_a_wrong_password_is_the_credential(host: str) -> None:
    assert cause(host, Login("reader", "wrong")) is Cause.CREDENTIAL


def test_a_removed_or_expired_password_is_the_credential_from_that_moment(host: str, people: People) -> None:
    assert asked(host, GOOD) is None
    del people.known["reader"]
    assert cause(host, GOOD) is Cause.CREDENTIAL


def test_a_good_login_without_a_role_misses_the_role(host: str) -> None:
    assert cause(host, Login("nobody", "nobody-password")) is Cause.NO_ROLE


def test_a_role_that_arrives_lets_the_same_login_pull(host: str, people: People) -> None:
    login = Login("nobody", "nobody-password")
    assert cause(host, login) is Cause.NO_ROLE
    people.roles[NOBODY] = PULL
    assert asked(host, login) is None


def test_a_login_that_reaches_other_repositories_only_misses_the_role(host: str) -> None:
    image = ImageReference(host, "secret", "v1")
    refusal = asyncio.run(try_pull(image, GOOD))
    assert refusal is not None
    assert refusal.cause is Cause.NO_ROLE


def test_anybody_pulls_where_that_is_on_and_nobody_where_it_is_off(host: str, people: People) -> None:
    assert cause(host, None) is Cause.CREDENTIAL
    people.anonymous = PULL
    assert asked(host, None) is None
    assert cause(host, Login("reader", "wrong")) is Cause.CREDENTIAL, "an open registry refuses a wrong login as well"


def test_the_firewall_is_the_network(host: str, people: People) -> None:
    people.kept_out.add("127.0.0.1")
    refusal = asked(host, GOOD)
    assert refusal is not None
    assert refusal.cause is Cause.NETWORK
    assert "client with IP '127.0.0.1' is not allowed access" in refusal.detail


def test_a_registry_that_is_gone_is_the_network(host: str, people: People) -> None:
    people.gone.add(host)
    assert cause(host, GOOD) is Cause.NETWORK


def test_a_token_of_the_directory_is_exchanged_for_a_login(host: str) -> None:
    assert asked(host, asyncio.run(exchange(host, "reader-directory-token"))) is None


@pytest.mark.parametrize("token", ["nobody-directory-token", "no token at all"])
def test_a_deployer_without_a_right_gets_no_login(host: str, token: str) -> None:
    with pytest.raises(Refused) as error:
        asyncio.run(exchange(host, token))
    assert error.value.refusal == Refusal(Cause.NO_ROLE, "the deployer has no right at the registry")
    assert READER.name not in str(error.value)
