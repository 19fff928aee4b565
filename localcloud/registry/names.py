"""The names in a request's path, checked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from localcloud.images.content import parse_digest
from localcloud.images.errors import DigestInvalid
from localcloud.images.reference import REPOSITORY, TAG
from localcloud.registry.errors import DigestRefused, NameInvalid, TagInvalid

if TYPE_CHECKING:
    from starlette.requests import Request

MAXIMUM_NAME = 256
"""Characters that a repository's name may have."""

_REPOSITORY = re.compile(REPOSITORY)
_TAG = re.compile(TAG)


def repository_of(request: Request) -> str:
    """The repository in a request's path; raises NameInvalid."""
    name = str(request.path_params["name"])
    if len(name) > MAXIMUM_NAME or not _REPOSITORY.fullmatch(name):
        raise NameInvalid(name)
    return name


def reference_of(request: Request) -> str:
    """The tag or digest in a request's path; raises TagInvalid or DigestRefused."""
    reference = str(request.path_params["reference"])
    if ":" not in reference:
        if not _TAG.fullmatch(reference):
            raise TagInvalid(reference)
        return reference
    try:
        return parse_digest(reference)
    except DigestInvalid as error:
        raise DigestRefused(reference) from error
