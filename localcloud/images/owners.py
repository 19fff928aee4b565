"""`--chown` and `--chmod` of COPY and ADD."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from localcloud.images.tree import Tree


class OwnerUnknown(ValueError):
    """A user or group is not in the image's /etc/passwd or /etc/group; `str()` is Docker's sentence."""


def parse_owner(text: str, tree: Tree) -> tuple[int, int]:
    """Return uid and gid of `user[:group]`; without a group it is the user's number, as in Docker.

    Raises:
        OwnerUnknown: A name is not known.
    """
    user, colon, group = text.partition(":")
    uid = _number(user, tree, "etc/passwd", "user")
    return uid, _number(group, tree, "etc/group", "group") if colon and group else uid


def parse_mode(text: str) -> int:
    """Return the permission bits of an octal mode.

    Raises:
        ValueError: It is not one.
    """
    if not re.fullmatch(r"[0-7]{1,5}", text) or int(text, 8) > 0o7777:  # noqa: PLR2004 - all permission bits
        raise ValueError(f"invalid chmod parameter: '{text}'. it should be octal string and between 0 and 07777")
    return int(text, 8)


def _number(name: str, tree: Tree, path: str, what: str) -> int:
    if name.isdecimal():
        return int(name)
    node = tree.get(tree.resolve(path))
    if node is not None and node.content is not None:
        with node.content() as file:
            for line in file.read().decode(errors="replace").splitlines():
                fields = line.split(":")
                if fields[0] == name and len(fields) > 2 and fields[2].isdecimal():  # noqa: PLR2004 - name:password:id
                    return int(fields[2])
    raise OwnerUnknown(f"unable to find {what} {name}: no matching entries in {path.rpartition('/')[2]} file")
