"""What a policy sees of a property: plain Python, with what is unknown and what is secret kept apart.

The engine sends properties as a protobuf Struct: every number a float, a value that is decided only during `up` as a
sentinel, a secret and an asset as objects with a signature. `Value` is one place in such a tree. Going down never
fails; asking for a value that isn't decided raises `Undecided`, asking for one of another type raises `Malformed`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

__all__ = ["SECRET_SIGNATURE", "SIGNATURE", "UNKNOWN", "Malformed", "Undecided", "Value", "secret_texts"]

SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
"""Key of an object that stands for something JSON does not have."""
SECRET_SIGNATURE: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the engine's mark of a secret, no secret
_ASSET_SIGNATURES: Final = {"c44067f5952c0a294b673a41bacd8c17", "0def7320c3a5731c473e5ecbe6d01bc7"}
_OUTPUT_SIGNATURE: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"

UNKNOWN: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What the engine sends for an unknown text, and for an unknown whose type it doesn't know."""
_UNKNOWNS: Final = {
    UNKNOWN,
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # boolean
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # list
    "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
    "e48ece36-62e2-4504-bad9-02848725956a",  # archive
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
}

_SHORTEST_SECRET: Final = 4
"""Shorter texts are not taken out of messages: they would be found in every word."""


class Undecided(Exception):
    """A value that is known during `up` only.

    Attributes:
        path: The property, e.g. `containers[1].image`.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(f"{path} is not known before `up`")


class Malformed(Exception):
    """A value of another type than the property has.

    Attributes:
        path: The property, e.g. `containers`.
        expected: What it has to be, e.g. "a list".
    """

    def __init__(self, path: str, expected: str) -> None:
        self.path = path
        self.expected = expected
        super().__init__(f"{path} must be {expected}")


@dataclass(frozen=True, slots=True, repr=False)
class Value:
    """One property, present or not, known or not.

    Attributes:
        raw: What the engine sent, secrets taken out of their wrapping; None where nothing stands. Rules use the
            methods instead.
        path: Where it stands, e.g. `containers[1].image`; empty for the whole resource.
        secret: It is a secret, or part of one: its text must not be shown.
    """

    raw: Any
    path: str = ""
    secret: bool = False

    @classmethod
    def of(cls, raw: Any, path: str = "", *, secret: bool = False) -> Value:
        """Make a value of what the engine sent; an output value is its content, or unknown."""
        while isinstance(raw, Mapping) and raw.get(SIGNATURE) in {SECRET_SIGNATURE, _OUTPUT_SIGNATURE}:
            secret = secret or raw[SIGNATURE] == SECRET_SIGNATURE or bool(raw.get("secret"))
            raw = raw.get("value", None if raw[SIGNATURE] == SECRET_SIGNATURE else UNKNOWN)
        if isinstance(raw, float) and raw.is_integer():
            raw = int(raw)
        return cls(raw, path, secret)

    def __getitem__(self, key: str | int) -> Value:
        """Return what stands below; something absent below what is absent, unknown below what is unknown."""
        path = f"{self.path}[{key}]" if isinstance(key, int) else f"{self.path}.{key}".lstrip(".")
        if not self.known:
            return Value(UNKNOWN, path, self.secret)
        below = None
        if isinstance(key, str) and isinstance(self.raw, Mapping):
            below = self.raw.get(key)
        elif isinstance(key, int) and isinstance(self.raw, list) and key < len(self.raw):
            below = self.raw[key]
        return Value.of(below, path, secret=self.secret)

    def at(self, path: str) -> Value:
        """Return what stands below several keys: `at("template.containers")`."""
        value = self
        for key in path.split("."):
            value = value[key]
        return value

    def find(self, path: str) -> Iterator[tuple[Value | None, Value]]:
        """What stands at a path with `[*]` for every element: `find("template.containers[*].image")`.

        Gives the innermost element that was passed, if any, and the value. Where a list on the way is unknown, that
        list is given; what is absent is not. Raises `Malformed` where a list should be and isn't.
        """
        yield from _find(self, None, path.replace("[*]", ".*").split("."))

    @property
    def known(self) -> bool:
        """Whether it is decided already; what is absent is known to be absent."""
        return not (isinstance(self.raw, str) and self.raw in _UNKNOWNS)

    @property
    def present(self) -> bool:
        """Whether something stands there; raises `Undecided`."""
        self._decide()
        return self.raw is not None

    def text(self) -> str | None:
        """The text, or None where nothing stands; raises `Undecided` and `Malformed`."""
        self._decide()
        if self.raw is None or isinstance(self.raw, str):
            return self.raw
        raise Malformed(self.path, "a text")

    def number(self) -> float | None:
        """The number (`2.0 == 2` as ever), or None where nothing stands; raises `Undecided` and `Malformed`."""
        self._decide()
        if self.raw is None or (isinstance(self.raw, (int, float)) and not isinstance(self.raw, bool)):
            return self.raw
        try:
            return float(self.raw)
        except (TypeError, ValueError):
            raise Malformed(self.path, "a number") from None

    def flag(self) -> bool | None:
        """True or False, also of the texts `true` and `false`, or None; raises `Undecided` and `Malformed`."""
        self._decide()
        if self.raw is None or isinstance(self.raw, bool):
            return self.raw
        if isinstance(self.raw, str) and self.raw.lower() in {"true", "false"}:
            return self.raw.lower() == "true"
        raise Malformed(self.path, "true or false")

    def elements(self) -> list[Value]:
        """The elements of a list, none where nothing stands; raises `Undecided` and `Malformed`."""
        self._decide()
        if self.raw is None:
            return []
        if not isinstance(self.raw, list):
            raise Malformed(self.path, "a list")
        return [self[number] for number in range(len(self.raw))]

    def entries(self) -> dict[str, Value]:
        """The values of an object by key, none where nothing stands; raises `Undecided` and `Malformed`."""
        self._decide()
        if self.raw is None:
            return {}
        if not isinstance(self.raw, Mapping):
            raise Malformed(self.path, "an object")
        return {key: self[key] for key in self.raw}

    @property
    def asset(self) -> Mapping[str, Any] | None:
        """The asset or archive that stands here: `text`, `path`, `uri` or `assets`; None for anything else."""
        signed = isinstance(self.raw, Mapping) and self.raw.get(SIGNATURE) in _ASSET_SIGNATURES
        return self.raw if signed else None

    @property
    def label(self) -> str:
        """How a message calls it: the path, and its `name` where it has one, e.g. `containers[1] 'app'`."""
        name = self["name"]
        shown = isinstance(name.raw, str) and name.known and not name.secret
        return f"{self.path} {name.raw!r}" if shown else self.path

    @property
    def shown(self) -> Any:
        """The value for a message: a secret reads `[secret]`, an unknown `[unknown]`."""
        return "[unknown]" if not self.known else "[secret]" if self.secret else self.raw

    def __repr__(self) -> str:
        """Return path and value, without secrets."""
        return f"<{self.path or 'resource'}: {self.shown!r}>"

    def _decide(self) -> None:
        if not self.known:
            raise Undecided(self.path)


def _find(value: Value, element: Value | None, steps: Sequence[str]) -> Iterator[tuple[Value | None, Value]]:
    if not value.known or (not steps and value.present):
        yield element, value
    elif value.present and steps[0] == "*":
        for below in value.elements():
            yield from _find(below, below, steps[1:])
    elif value.present:
        yield from _find(value[steps[0]], element, steps[1:])


def secret_texts(raw: Any) -> set[str]:
    """Every text inside of a secret of these properties, so that no message shows one."""
    return set(_secret_texts(raw, secret=False))


def _secret_texts(raw: Any, *, secret: bool) -> Iterator[str]:
    if isinstance(raw, str):
        if secret and len(raw) >= _SHORTEST_SECRET and raw not in _UNKNOWNS:
            yield raw
    elif isinstance(raw, Mapping):
        marked = raw.get(SIGNATURE) == SECRET_SIGNATURE or (SIGNATURE in raw and bool(raw.get("secret")))
        for key, below in raw.items():
            if key != SIGNATURE:
                yield from _secret_texts(below, secret=secret or marked)
    elif isinstance(raw, list):
        for below in raw:
            yield from _secret_texts(below, secret=secret)
