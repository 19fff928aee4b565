"""Builds as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localcloud.images.build import BuildRequest, build
from localcloud.images.content import ContentStore
from localcloud.images.errors import BuildFailed, ImageNotFound, PullDenied
from localcloud.images.image import Image

from .conftest import Builder, tar_of

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENT = r"""FROM ubuntu:16.04
ARG CONDA_VERSION=4.7.12
ARG PYTHON_VERSION=3.7
ENV LANG=C.UTF-8 LC_ALL=C.UTF-8
ENV PATH /opt/miniconda/bin:$PATH
RUN useradd --create-home dockeruser
WORKDIR /home/dockeruser
USER dockeruser
RUN conda install -y conda=${CONDA_VERSION} python=${PYTHON_VERSION} && \
    find ~/miniconda/ -type d -name __pycache__ -prune -exec rm -rf {} \;
"""


def test_the_documents_dockerfile_builds_on_a_stub(builder: Builder) -> None:
    image = builder.build(DOCUMENT, arguments={"PYTHON_VERSION": "3.8"})
    assert image.config.labels == {"localcloud.stub": "docker.io/library/ubuntu:16.04"}
    assert image.config.env["PATH"].startswith("/opt/miniconda/bin:/usr/local/sbin:")
    assert (image.config.user, image.config.workdir) == ("dockeruser", "/home/dockeruser")
    assert r"conda=4.7.12 python=3.8 &&     find ~/miniconda/" in image.config.history[-1].created_by
    assert Image.load(builder.store, image.manifest_digest) == image


def test_the_log_reads_like_dockers(builder: Builder) -> None:
    image = builder.build("FROM ubuntu\nRUN a\nUSER b\n", arguments={"NOT_THERE": "1"})
    ids = [line.rpartition(" ")[2] for line in builder.log if line.startswith(" ---> ") and "Running" not in line]
    assert builder.log == [
        "Step 1/3 : FROM ubuntu",
        "ubuntu: not reachable from localcloud: an empty stub takes its place",
        f" ---> {ids[0]}",
        "Step 2/3 : RUN a",
        f" ---> Running in {ids[1]} (recorded, not executed: localcloud's process runtime)",
        f" ---> {ids[1]}",
        "Step 3/3 : USER b",
        f" ---> {ids[2]}",
        "[Warning] One or more build-args [NOT_THERE] were not consumed",
        f"Successfully built {ids[2]}",
    ]
    assert image.config_digest.startswith(f"sha256:{ids[2]}")


def test_a_derived_image_has_the_layers_and_the_past_of_its_base(builder: Builder) -> None:
    base = builder.images[f"127.1.2.3:5000/base@sha256:{'a' * 64}"] = builder.build(
        "FROM ubuntu\nRUN one\nCOPY a /a\n", {"a": b"1"}
    )
    image = builder.build(f"FROM 127.1.2.3:5000/base@sha256:{'a' * 64}\nCOPY b /b\nRUN two\n", {"b": b"2"})
    assert image.layers[: len(base.layers)] == base.layers
    assert image.config.history[: len(base.config.history)] == base.config.history
    assert builder.files(image) == {"a": b"1", "b": b"2"}
    assert f"Digest: {base.manifest_digest}" in builder.log


def test_the_target_ends_the_build(builder: Builder) -> None:
    dockerfile = "FROM scratch AS one\nENV A=1\nFROM one AS two\nENV B=2\nFROM two\nCOPY nothing /\n"
    assert builder.build(dockerfile, target="two").config.env == {"A": "1", "B": "2"}
    assert builder.log[0].startswith("Step 1/4 : ")
    assert builder.build(dockerfile, target="0").config.env == {"A": "1"}


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ImageNotFound("127.1.2.3:5000/base:9"), "manifest for 127.1.2.3:5000/base:9 not found: manifest unknown"),
        (PullDenied("127.1.2.3:5000/base:9"), "pull access denied for 127.1.2.3:5000/base, repository does not exist"),
    ],
)
def test_a_base_that_is_refused_or_missing_stops_the_build(builder: Builder, error: Exception, sentence: str) -> None:
    builder.images["127.1.2.3:5000/base:9"] = error
    with pytest.raises(BuildFailed, match=sentence):
        builder.build("FROM 127.1.2.3:5000/base:9\n")


@pytest.mark.parametrize(
    ("dockerfile", "options", "reason"),
    [
        ("FROM ${B}\n", {}, r"base name (${B}) should not be blank"),
        ("FROM ${B\n", {}, "missing '}'"),
        ("FROM Ubuntu\n", {}, "invalid reference format"),
        ("FROM --platform=x ubuntu\n", {}, '"x": unknown operating system or architecture'),
        ("FROM ubuntu\n", {"platform": "x"}, '"x": unknown operating system or architecture'),
        ("FROM ubuntu\n", {"target": "three"}, "failed to reach build target three in Dockerfile"),
        ("FROM ubuntu\n", {"dockerfile": "other/Dockerfile"}, "Cannot locate specified Dockerfile: other/Dockerfile"),
    ],
)
def test_what_cannot_be_started_is_refused(
    builder: Builder, dockerfile: str, options: dict[str, Any], reason: str
) -> None:
    with pytest.raises(BuildFailed) as caught:
        builder.build(dockerfile, **options)
    assert reason in caught.value.reason


def test_a_context_that_is_no_archive_is_refused(builder: Builder, tmp_path: Path) -> None:
    (tmp_path / "broken").write_bytes(b"\x1f\x8bbroken")
    with pytest.raises(BuildFailed, match="Error processing tar file"):
        build(BuildRequest(tmp_path / "broken"), builder.store, builder, builder.log.append)


def test_the_dockerfile_may_lie_deeper(builder: Builder) -> None:
    assert builder.build("x", {"docker/base": b"FROM scratch\nENV A=1\n"}, dockerfile="./docker/base").config.env == {
        "A": "1"
    }


def test_a_secret_argument_is_shown_nowhere(builder: Builder) -> None:
    secret = "canary-7c1f"
    dockerfile = (
        "FROM scratch\nARG TOKEN\nARG URL=https://$TOKEN@x\nRUN pip install $TOKEN ${URL} \nWORKDIR /w/$TOKEN\n"
    )
    request: dict[str, Any] = {"secret_arguments": {"TOKEN": secret}}
    image = builder.build(dockerfile, **request)
    history = "\n".join(entry.created_by for entry in image.config.history)
    assert secret not in history
    assert secret not in "\n".join(builder.log)
    assert secret not in repr(BuildRequest(builder.folder, secret_arguments={"TOKEN": secret}))
    assert "RUN pip install ${TOKEN} https://***@x" in history.replace("$TOKEN ", "${TOKEN} ")
    with pytest.raises(BuildFailed) as caught:
        builder.build(dockerfile + "COPY ${TOKEN} /x\n", **request)
    assert secret not in str(caught.value)
    assert caught.value.__context__ is None


def test_a_secret_that_the_dockerfile_keeps_is_warned_of(builder: Builder) -> None:
    builder.build("FROM scratch\nARG TOKEN\nENV T=$TOKEN\n", secret_arguments={"TOKEN": "canary-7c1f"})
    assert any("keeps the value of a secret build argument" in line for line in builder.log)


@settings(max_examples=15, deadline=None)
@given(files=st.dictionaries(st.from_regex(r"[a-z]{1,4}(\.txt)?", fullmatch=True), st.binary(max_size=30), max_size=4))
def test_equal_content_gives_an_equal_digest_whatever_order_and_times(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]
) -> None:
    digests = set()
    for order, mtime in ((files, 1), (dict(reversed(files.items())), 1_700_000_000)):
        folder = tmp_path_factory.mktemp("build")
        builder = Builder(folder, ContentStore(folder / "blobs"))
        digests.add(builder.build("FROM ubuntu\nCOPY . /app\nRUN x\n", order, mtime=mtime).manifest_digest)
    assert len(digests) == 1


def test_a_changed_file_or_argument_changes_the_digest(builder: Builder) -> None:
    dockerfile = "FROM ubuntu\nARG A=1\nCOPY f /f\nRUN $A\n"
    digests = {
        builder.build(dockerfile, {"f": b"1"}).manifest_digest,
        builder.build(dockerfile, {"f": b"2"}).manifest_digest,
        builder.build(dockerfile, {"f": b"1"}, arguments={"A": "2"}).manifest_digest,
        builder.build(dockerfile, {"f": (b"1", 0o755)}).manifest_digest,
    }
    assert len(digests) == 4


def test_a_compressed_context_gives_the_same_image(builder: Builder) -> None:
    images = set()
    for mode in ("w", "w:gz"):
        context = builder.folder / "context"
        context.write_bytes(tar_of({"./Dockerfile": b"FROM scratch\nCOPY a /\n", "./a": b"1"}, mode))
        images.add(build(BuildRequest(context), builder.store, builder, builder.log.append).manifest_digest)
    assert len(images) == 1
