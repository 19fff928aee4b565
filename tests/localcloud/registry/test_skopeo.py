"""The registry, judged by a client that nobody here wrote."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import tarfile
from typing import TYPE_CHECKING

import pytest

from localcloud.images.build import BuildRequest, build
from localcloud.images.errors import RegistryUnreachable
from localcloud.registry.local import push

if TYPE_CHECKING:
    from pathlib import Path

    from localcloud.images.image import Image

    from .conftest import World

pytestmark = pytest.mark.skipif(shutil.which("skopeo") is None, reason="skopeo is not installed")


class Nowhere:
    """No registry can be reached."""

    def resolve(self, reference: str) -> Image:
        """Refuse."""
        raise RegistryUnreachable(reference)


def skopeo(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run skopeo without policy and without TLS."""
    return subprocess.run(
        ["skopeo", "--insecure-policy", *arguments], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture
def image(world: World, served: str, tmp_path: Path) -> Image:
    """An image in the repository team/app, tagged v1."""
    context = tmp_path / "context.tar"
    dockerfile = b'FROM ubuntu:22.04\nCOPY Dockerfile /app/\nCMD ["app"]\n'
    with tarfile.open(context, "w") as archive:
        member = tarfile.TarInfo("Dockerfile")
        member.size = len(dockerfile)
        archive.addfile(member, io.BytesIO(dockerfile))
    built = build(BuildRequest(context), world.store, Nowhere(), lambda _: None)
    push(world.catalog, served, "team/app", "v1", built)
    return built


def test_it_inspects_what_the_builder_built(image: Image, served: str) -> None:
    done = skopeo(
        "inspect", "--tls-verify=false", "--creds", "reader:reader-password", f"docker://{served}/team/app:v1"
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["Digest"], found["RepoTags"], found["Layers"]) == (image.manifest_digest, ["v1"], list(image.layers))


def test_it_copies_out_and_back_with_the_same_digest(image: Image, served: str, tmp_path: Path) -> None:
    creds = "owner:owner-password"
    out = skopeo(
        "copy", "--src-tls-verify=false", "--src-creds", creds, f"docker://{served}/team/app:v1", f"dir:{tmp_path}/out"
    )
    assert out.returncode == 0, out.stderr
    back = skopeo(
        "copy", "--dest-tls-verify=false", "--dest-creds", creds, f"dir:{tmp_path}/out", f"docker://{served}/copy:v2"
    )
    assert back.returncode == 0, back.stderr
    found = skopeo("inspect", "--tls-verify=false", "--creds", creds, f"docker://{served}/copy@{image.manifest_digest}")
    assert found.returncode == 0, found.stderr


def test_it_pulls_without_credentials_only_where_anybody_may(world: World, image: Image, served: str) -> None:
    assert image.layers
    address = f"docker://{served}/team/app:v1"
    assert "authentication required" in skopeo("inspect", "--tls-verify=false", "--no-creds", address).stderr
    world.people.anonymous = frozenset({"pull"})
    assert skopeo("inspect", "--tls-verify=false", "--no-creds", address).returncode == 0


@pytest.mark.parametrize("creds", ["reader:wrong", "nobody:nobody-password"])
def test_it_is_refused_with_a_wrong_password_and_without_a_role(image: Image, served: str, creds: str) -> None:
    assert image.layers
    done = skopeo("inspect", "--tls-verify=false", "--creds", creds, f"docker://{served}/team/app:v1")
    assert done.returncode != 0
    assert "authentication required" in done.stderr


def test_a_reader_cannot_push(image: Image, served: str, tmp_path: Path) -> None:
    assert image.layers
    address, creds = f"docker://{served}/team/app", "reader:reader-password"
    assert (
        skopeo(
            "copy", "--src-tls-verify=false", "--src-creds", creds, f"{address}:v1", f"dir:{tmp_path}/out"
        ).returncode
        == 0
    )
    done = skopeo("copy", "--dest-tls-verify=false", "--dest-creds", creds, f"dir:{tmp_path}/out", f"{address}:v2")
    assert done.returncode != 0
    assert "authentication required" in done.stderr


def test_a_missing_tag_is_named(image: Image, served: str) -> None:
    assert image.layers
    done = skopeo(
        "inspect", "--tls-verify=false", "--creds", "reader:reader-password", f"docker://{served}/team/app:v9"
    )
    assert 'manifest tagged by \\"v9\\" is not found' in done.stderr


def test_it_deletes(image: Image, served: str) -> None:
    assert image.layers
    address = f"docker://{served}/team/app:v1"
    reader = skopeo("delete", "--tls-verify=false", "--creds", "reader:reader-password", address)
    assert reader.returncode != 0
    owner = skopeo("delete", "--tls-verify=false", "--creds", "owner:owner-password", address)
    assert owner.returncode == 0, owner.stderr
    assert skopeo("inspect", "--tls-verify=false", "--creds", "owner:owner-password", address).returncode != 0
