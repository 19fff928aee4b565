"""What is emulated, as one list."""

from __future__ import annotations

from collections import Counter

from localcloud.services import emulated


def test_every_type_is_emulated_by_one_class() -> None:
    twice = [name for name, count in Counter(known.type.lower() for known in emulated.TYPES).items() if count > 1]
    assert twice == []
