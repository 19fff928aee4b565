"""Signed tokens."""

from __future__ import annotations

import base64
import json

import pytest

from localcloud.registry.authority import Principal
from localcloud.registry.tokens import ACCESS_SECONDS, REFRESH_SECONDS, Access, Tokens

HERE, THERE = "127.1.2.3:5000", "127.1.2.4:5000"
ME = Principal("1", "me")
PULL = Access("repository", "a/b", ("pull",))


class Clock:
    """A clock that stands still until it is moved."""

    now = 1_000_000.0

    def __call__(self) -> float:
        """Seconds since the epoch."""
        return self.now


def test_a_token_says_who_and_what() -> None:
    tokens = Tokens(Clock())
    claims = tokens.read_access(HERE, tokens.access(HERE, ME, [PULL]))
    assert claims is not None
    assert (claims.principal, claims.access) == (ME, (PULL,))
    assert claims.allows("repository", "a/b", "pull")
    assert not claims.allows("repository", "a/b", "push")
    assert not claims.allows("repository", "a/c", "pull")


def test_anybodys_token_has_no_principal() -> None:
    tokens = Tokens(Clock())
    claims = tokens.read_access(HERE, tokens.access(HERE, None, [PULL]))
    assert claims is not None
    assert claims.principal is None


def test_a_token_is_good_for_one_registry_one_use_and_one_server() -> None:
    tokens = Tokens(Clock())
    access, refresh = tokens.access(HERE, ME, []), tokens.refresh(HERE, ME)
    assert tokens.read_refresh(HERE, refresh) == ME
    assert tokens.read_access(THERE, access) is None
    assert tokens.read_access(HERE, refresh) is None
    assert tokens.read_refresh(HERE, access) is None
    assert Tokens(Clock()).read_access(HERE, access) is None


def test_tokens_end() -> None:
    clock = Clock()
    tokens = Tokens(clock)
    access, refresh = tokens.access(HERE, ME, []), tokens.refresh(HERE, ME)
    clock.now += ACCESS_SECONDS
    assert (tokens.read_access(HERE, access), tokens.read_refresh(HERE, refresh)) == (None, ME)
    clock.now += REFRESH_SECONDS
    assert tokens.read_refresh(HERE, refresh) is None


@pytest.mark.parametrize("text", ["", ".", "..", "a.b.c", "é.é.é", "a.b." + "A" * 43])
def test_what_was_not_signed_here_is_refused(text: str) -> None:
    assert Tokens(Clock()).read_access(HERE, text) is None


def test_a_changed_token_is_refused() -> None:
    tokens = Tokens(Clock())
    head, _, signature = tokens.access(HERE, ME, []).split(".")
    forged = base64.urlsafe_b64encode(json.dumps({"aud": HERE, "sub": "0", "exp": 9e9}).encode()).decode()
    assert tokens.read_access(HERE, f"{head}.{forged}.{signature}") is None
