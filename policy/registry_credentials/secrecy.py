"""What two rules ask of secrets, wherever they stand: that they are secrets for Pulumi."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from azureml_scoring.policy_kit import Encrypt, NotChecked, Result, Undecided, Value
from azureml_scoring.rules import Problem

from .login import Place, is_plain

__all__ = ["encrypted", "in_the_clear"]


def in_the_clear(secrets: Iterable[tuple[Place, Value]]) -> Iterator[Result]:
    """A problem for each value that is no secret for Pulumi: only of a secret do state, diffs and logs show nothing."""
    for _, value in secrets:
        try:
            plain = is_plain(value)
        except Undecided as unknown:
            if not value.secret:
                yield NotChecked(value.path, unknown.path)
            continue
        if plain:
            yield Problem(value.path, "must be a secret", "a plain text", "config.require_secret, or Output.secret")


def encrypted(secrets: Iterable[tuple[Place, Value]]) -> Iterator[Encrypt]:
    """Makes each of them a secret, once: the engine encrypts it in the state."""
    plain = (place for place, value in secrets if value.known and is_plain(value))
    return (Encrypt(place) for place in dict.fromkeys(plain))
