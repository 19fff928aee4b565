"""File systems in memory."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcloud.images.tree import DIRECTORY, Kind, Node, Tree, normalise

FILE = Node(Kind.FILE, 0o644)


def tree_of(*files: str, **links: str) -> Tree:
    tree = Tree()
    for path in files:
        tree.add(path, FILE)
    for path, target in links.items():
        tree.add(path, Node(Kind.SYMLINK, 0o777, link=target))
    return tree


@given(path=st.text(alphabet="a./", max_size=12))
def test_no_path_leaves_the_root(path: str) -> None:
    found = normalise(path)
    assert not found.startswith("/")
    assert ".." not in found.split("/")


def test_parents_come_with_a_file_and_go_with_a_directory() -> None:
    tree = tree_of("a/b/c", "a/d")
    assert [path for path, _ in tree.walk("")] == ["a", "a/b", "a/b/c", "a/d"]
    tree.remove("a/b")
    assert [path for path, _ in tree.walk("")] == ["a", "a/d"]


def test_a_file_in_place_of_a_directory_hides_what_was_in_it() -> None:
    tree = tree_of("a/b")
    tree.add("a", FILE)
    assert (tree.get("a"), tree.get("a/b")) == (FILE, None)
    tree.add("a/b", FILE)
    assert tree.get("a") == DIRECTORY


def test_a_copy_goes_its_own_way() -> None:
    tree = tree_of("a")
    tree.copy().add("b", FILE)
    assert tree.get("b") is None


@pytest.mark.parametrize(
    ("path", "real"),
    [("link/x", "real/x"), ("up/x", "x"), ("absolute/x", "real/x"), ("real/../link", "real"), ("no/../x", "x")],
)
def test_links_are_followed_and_stay_inside(path: str, real: str) -> None:
    tree = tree_of("real/x", link="real", up="../../..", absolute="/real")
    assert tree.resolve(path) == real


def test_the_last_part_is_followed_only_if_asked() -> None:
    tree = tree_of("real/x", link="real")
    assert (tree.resolve("link"), tree.resolve("link", last=False)) == ("real", "link")


def test_links_in_a_circle_are_refused() -> None:
    with pytest.raises(OSError, match="too many levels of symbolic links: a/x"):
        tree_of(a="b", b="a").resolve("a/x")


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.txt", ["a.txt", "b.txt"]),
        ("?.txt", ["a.txt", "b.txt"]),
        ("[a]*", ["a.txt"]),
        ("[^a].txt", ["b.txt"]),
        ("*/*.py", ["src/x.py", "src/y.py"]),
        ("src/./x.py", ["src/x.py"]),
        (r"\*", ["*"]),
        ("*.md", []),
        ("nowhere/*", []),
    ],
)
def test_patterns_match_within_one_part(pattern: str, found: list[str]) -> None:
    tree = tree_of("a.txt", "b.txt", "src/x.py", "src/y.py", "src/deep/z.py", "*")
    assert tree.match(pattern) == found
