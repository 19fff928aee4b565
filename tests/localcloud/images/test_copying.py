"""COPY and ADD."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from localcloud.images.errors import BuildFailed

from .conftest import tar_of

if TYPE_CHECKING:
    from localcloud.images.tree import Node

    from .conftest import Builder, Files

FILES = {
    "a.txt": b"a",
    "b.txt": b"b",
    "run.sh": (b"#!", 0o755),
    "src/x.py": b"x",
    "src/deep/y.py": b"y",
    "link.txt": "a.txt",
    "folder": "src",
    "empty": None,
}


def copied(builder: Builder, *lines: str) -> dict[str, bytes]:
    return builder.files(builder.build("\n".join(["FROM scratch", *lines]), FILES))


def node(builder: Builder, path: str, *lines: str) -> Node:
    found = builder.tree(builder.build("\n".join(["FROM scratch", *lines]), FILES)).get(path)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("line", "files"),
    [
        ("COPY a.txt /", {"a.txt": b"a"}),
        ("COPY a.txt /b", {"b": b"a"}),
        ("COPY a.txt /b/", {"b/a.txt": b"a"}),
        ("COPY a.txt b", {"b": b"a"}),
        ("COPY *.txt /d/", {"d/a.txt": b"a", "d/b.txt": b"b", "d/link.txt": b"a"}),
        ("COPY src /d", {"d/x.py": b"x", "d/deep/y.py": b"y"}),
        ("COPY src/ .", {"x.py": b"x", "deep/y.py": b"y"}),
        ("COPY src a.txt /d/", {"d/x.py": b"x", "d/deep/y.py": b"y", "d/a.txt": b"a"}),
        ("COPY folder /d", {"d/x.py": b"x", "d/deep/y.py": b"y"}),
        ("COPY folder/x.py /d/", {"d/x.py": b"x"}),
        ("COPY /a.txt /d/", {"d/a.txt": b"a"}),
        ('COPY ["a.txt", "/with space/"]', {"with space/a.txt": b"a"}),
        ("COPY <<EOF /e\nit's ${X:-here}\nEOF", {"e": b"it's here\n"}),
        ("COPY <<'EOF' /e\n$X\nEOF", {"e": b"$X\n"}),
        ("COPY a.txt <<EOF /d/\ntext\nEOF", {"d/a.txt": b"a", "d/EOF": b"text\n"}),
    ],
)
def test_files_go_where_docker_puts_them(builder: Builder, line: str, files: dict[str, bytes]) -> None:
    assert copied(builder, line) == files


def test_a_destination_is_relative_to_the_working_directory(builder: Builder) -> None:
    assert copied(builder, "WORKDIR /w", "COPY a.txt .", "COPY b.txt sub/") == {"w/a.txt": b"a", "w/sub/b.txt": b"b"}


def test_a_directory_that_is_there_takes_the_file(builder: Builder) -> None:
    assert copied(builder, "COPY src /d", "COPY a.txt /d")["d/a.txt"] == b"a"


def test_an_empty_directory_arrives(builder: Builder) -> None:
    assert node(builder, "e/empty", "COPY . /e").kind.value == "directory"


def test_links_within_a_directory_stay_links(builder: Builder) -> None:
    assert node(builder, "all/link.txt", "COPY . /all").link == "a.txt"


def test_a_link_in_the_image_leads_the_way(builder: Builder) -> None:
    builder.images["base:1"] = builder.build("FROM scratch\nCOPY base /\n", {"base/real": None, "base/to": "/real"})
    image = builder.build("FROM base:1\nCOPY a.txt /to/a\nCOPY a.txt /to\n", {"a.txt": b"a"})
    assert builder.files(image) == {"real/a": b"a", "real/a.txt": b"a"}


def test_modes_are_kept_and_owners_are_root(builder: Builder) -> None:
    found = node(builder, "run.sh", "COPY run.sh /")
    assert (found.mode, found.uid, found.gid) == (0o755, 0, 0)


@pytest.mark.parametrize(("owner", "ids"), [("7", (7, 7)), ("7:8", (7, 8)), ("$U:9", (5, 9))])
def test_owner_and_mode_can_be_given(builder: Builder, owner: str, ids: tuple[int, int]) -> None:
    found = node(builder, "d/x.py", "ARG U=5", f"COPY --chown={owner} --chmod=0640 src /d")
    assert (found.uid, found.gid, found.mode) == (*ids, 0o640)


def test_names_of_owners_are_looked_up_in_the_image(builder: Builder) -> None:
    lines = ("COPY <<EOF /etc/passwd", "root:x:0:0", "app:x:1001:1002", "EOF")
    group = ("COPY <<EOF /etc/group", "app:x:1002:", "EOF")
    found = node(builder, "a.txt", *lines, *group, "COPY --chown=app:app a.txt /")
    assert (found.uid, found.gid) == (1001, 1002)


def test_an_owner_that_a_run_step_would_have_made_is_root_with_a_warning(builder: Builder) -> None:
    assert node(builder, "a.txt", "RUN useradd app", "COPY --chown=app a.txt /").uid == 0
    assert any("unable to find user app" in line and "owner is 0:0" in line for line in builder.log)


def test_a_stage_gives_its_files(builder: Builder) -> None:
    dockerfile = (
        "FROM scratch AS one\nCOPY a.txt /opt/\nFROM scratch\nCOPY --from=ONE /opt /x/\nCOPY --from=0 opt/a.txt /y\n"
    )
    assert builder.files(builder.build(dockerfile, FILES)) == {"x/a.txt": b"a", "y": b"a"}


def test_another_image_gives_its_files(builder: Builder) -> None:
    builder.images["tools:1"] = builder.build("FROM scratch\nCOPY a.txt /bin/tool\n", FILES)
    assert copied(builder, "COPY --from=tools:1 /bin/tool /t") == {"t": b"a"}


def test_add_unpacks_local_archives_and_nothing_else(builder: Builder) -> None:
    inner: Files = {"lib/x": b"1", "lib/y": "x"}
    files: dict[str, bytes] = {"a.tar.gz": tar_of(inner, "w:gz"), "b.tar": tar_of(inner), "c.gz": b"\x1f\x8bno archive"}
    image = builder.build("FROM scratch\nADD a.tar.gz b.tar c.gz /opt/\nCOPY a.tar.gz /kept\n", files)
    assert builder.files(image) == {"opt/lib/x": b"1", "opt/c.gz": files["c.gz"], "kept": files["a.tar.gz"]}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (
            "COPY x /y",
            "COPY failed: file not found in build context or excluded by .dockerignore: stat x: file does not exist",
        ),
        ("COPY src/x /y", "stat src/x: file does not exist"),
        ("COPY *.md /y", "COPY failed: no source files were specified"),
        ("COPY ../x /y", "COPY failed: forbidden path outside the build context: ../x ()"),
        ("COPY src/../../x /y", "forbidden path outside the build context"),
        ("COPY a.txt b.txt /y", "When using COPY with more than one source file, the destination must be a directory"),
        ("COPY a.txt", "COPY requires at least two arguments, but only one was provided"),
        (
            "ADD https://example.org/x /y",
            "ADD https://example.org/x: remote sources are not emulated by localcloud; emulated:",
        ),
        ("ADD git@example.org:a/b.git /y", "remote sources are not emulated"),
        ("ADD --checksum=sha256:1 a.txt /y", "ADD --checksum is not emulated by localcloud; emulated: --from, --chown"),
        ("COPY --chmod=u+x a.txt /", "invalid chmod parameter: 'u+x'"),
        ("COPY --chown=app a.txt /", "unable to find user app: no matching entries in passwd file"),
        (
            "COPY --from=nothing a /",
            "(docker.io/library/nothing:latest is not reachable from localcloud: an empty stub",
        ),
        ("COPY --from=Bad: a /", "invalid reference format"),
    ],
)
def test_what_cannot_be_copied_is_refused_in_dockers_words(builder: Builder, line: str, reason: str) -> None:
    with pytest.raises(BuildFailed) as caught:
        copied(builder, line)
    assert caught.value.line == 2
    assert reason in caught.value.reason


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (("COPY a.txt /d", "COPY src /d"), "COPY failed: cannot copy to non-directory: /d"),
        (("COPY a.txt /d", "COPY b.txt /d/e/"), "COPY failed: cannot copy to non-directory: /d"),
        (("COPY src /d/a.txt", "COPY a.txt /d/"), "COPY failed: cannot replace to directory /d/a.txt with file"),
        (("COPY a.txt /d", "WORKDIR /d"), "Cannot mkdir: /d is not a directory"),
    ],
)
def test_files_and_directories_do_not_replace_each_other(builder: Builder, lines: tuple[str, ...], reason: str) -> None:
    with pytest.raises(BuildFailed) as caught:
        copied(builder, *lines)
    assert reason in caught.value.reason


def test_what_a_run_step_would_have_made_is_explained(builder: Builder) -> None:
    with pytest.raises(BuildFailed, match="RUN steps are recorded, not executed: what they make is not there"):
        builder.build("FROM scratch AS b\nRUN make\nFROM scratch\nCOPY --from=b /out /\n")
