"""What Pulumi's analyzer of the components leaves out of the schema that other languages are generated from."""

import re
from collections.abc import Iterator
from typing import Any

_SECRET = re.compile(r"\bsecret\b", re.IGNORECASE)


def completed(schema: dict[str, Any], description: str) -> dict[str, Any]:
    """The schema with a description of the package, secret outputs marked, and each text on one line.

    Args:
        schema: What the analyzer made of the classes; changed in place.
        description: What the package is, in one sentence.
    """
    schema["description"] = description
    # Without it, Go has no type for an object in a map or list that is known when the program starts.
    schema["language"]["go"]["generateExtraInputTypes"] = True
    for part in _described(schema):
        # The analyzer keeps the line breaks and margins of docstrings.
        part["description"] = " ".join(part["description"].split())
    for resource in schema["resources"].values():
        for output in resource["properties"].values():
            # Inputs stay as they are: a marked one arrives as an Output, which nothing can check beforehand.
            if _SECRET.search(output["description"]):
                output["secret"] = True
    return schema


def _described(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        if isinstance(part.get("description"), str):
            yield part
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            yield from _described(one)
