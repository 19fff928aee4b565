"""Images that change, and the history of their files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from azureml_scoring.builders import BuildRequest
from azureml_scoring.rules import BuildContext

from tests.tools.review.conftest import SAMPLES, git_in
from tools.review.history import Repository, fingerprint
from tools.review.images import ChangedFile, image_changes, kept_images
from tools.review.preview import Preview, Side

Sample = Callable[[str], Preview]
OLD, NEW = "a25131280a87", "1f7cee82a4a9"
"""Fingerprints of the Dockerfiles of the samples, as the previews have them."""


def test_a_changed_dockerfile_and_the_image_on_top_of_it(sample: Sample) -> None:
    base, service = image_changes(sample("dev"))
    assert (base.repository, base.after, base.tags) == ("diabetes-base", "", ("c-b69473884bf7f473",))
    assert base.before == "sha256:e88f9cfc2d67c94d909b3420f3dc13953d2d0f8f0fbc14425fb3d05d82731f0e"
    assert base.files == (ChangedFile("Dockerfile", OLD, NEW),)
    assert base.why == ("diabetes-base will be rebuilt: Dockerfile changed (context 58c82913 -> 1222fd01)",)
    assert base.facts == ("Python: 3.11 -> 3.12",)
    assert (service.repository, service.files) == ("diabetes", ())
    assert service.why == ("its base image is another one",)


def test_images_of_a_new_stack_have_no_digest_yet(sample: Sample) -> None:
    assert [(one.before, one.after, one.files) for one in image_changes(sample("prod"))] == [("", "", ())] * 2


def test_an_image_whose_digest_stays_is_no_change(sample: Sample) -> None:
    (service,) = image_changes(sample("refused"))
    assert service.repository == "diabetes"
    # Of what the service is built from nothing differs, and its base image is known during `up` only.
    assert (service.files, service.after) == ((), "")


@pytest.mark.parametrize("executable", [False, True])
def test_a_fingerprint_is_that_of_the_component(tmp_path: Path, *, executable: bool) -> None:
    place = tmp_path / "Dockerfile"
    place.write_text("FROM ubuntu:22.04\n")
    place.chmod(0o755 if executable else 0o644)
    (tmp_path / "link").symlink_to("Dockerfile")
    request = BuildRequest(
        context=BuildContext.from_directory(tmp_path), dockerfile="Dockerfile", arguments={}, image_name="one", tags=[],
        registry_name="", registry_resource_group_name="", login_server="", storage_account_name="",
        resource_group_name="",
    )  # fmt: skip
    described = request.described({})
    assert f"file Dockerfile {fingerprint(place.stat().st_mode & 0o777, place.read_bytes())}" in described
    assert f"file link {fingerprint(0o777, b'Dockerfile')}" in described


def test_an_image_that_is_taken_is_told_once(sample: Sample) -> None:
    preview = sample("dev")
    service = next(one for one in preview.components if one.kind == "ScoringService")
    base = next(one for one in preview.components if one.kind == "CustomBaseImage")
    before, after = ({"image_reference": f"contoso.azurecr.io/diabetes-base@sha256:{n * 64}"} for n in "ab")
    after["context_hash"] = ""
    taking = replace(service, before=Side({}, before), after=Side({}, after))
    (one,) = image_changes(replace(preview, resources={taking.urn: taking}))
    assert (one.repository, one.before[:8], one.after[:8]) == ("diabetes-base", "sha256:a", "sha256:b")
    assert one.why == ("another one is taken: nothing is built for it",)
    sides = [Side({}, {"reference": side["image_reference"]}) for side in (before, after)]
    made = replace(base, before=sides[0], after=sides[1])
    both = image_changes(replace(preview, resources={taking.urn: taking, made.urn: made}))
    assert [change.component for change in both] == ["base"]
    building = replace(taking, after=Side({}, {**after, "context_hash": "c0ffee"}))
    assert len(image_changes(replace(preview, resources={building.urn: building, made.urn: made}))) == 2
    assert kept_images(replace(preview, resources={taking.urn: replace(taking, before=taking.after)})) == {
        "diabetes-base"
    }


def test_the_difference_is_from_the_commit_that_is_deployed(repository: Repository) -> None:
    found = repository.difference(ChangedFile("Dockerfile", OLD, NEW), ["examples/diabetes"])
    assert found is not None
    assert found.path == "examples/diabetes/Dockerfile"
    assert repository.root is not None
    assert git_in(repository.root)("rev-list", "--max-parents=0", "HEAD").startswith(found.commit)
    assert "-ARG PYTHON_VERSION=3.11" in found.lines
    assert "+ARG PYTHON_VERSION=3.12" in found.lines
    assert "3.13" not in "".join(found.lines)


def test_a_file_is_found_by_its_content_where_no_folder_is_named(changing: Repository, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    found = changing.difference(ChangedFile("Dockerfile", OLD, NEW), [])
    assert found is not None
    assert found.path == "examples/diabetes/Dockerfile"


def test_a_file_of_a_service_is_found_where_it_was_taken_from(changing: Repository, tmp_path: Path) -> None:
    script, git = tmp_path / "app" / "score.py", git_in(tmp_path)
    script.parent.mkdir()
    for text in ("a = 1\n", "a = 2\n"):
        script.write_text(text)
        git("add", ".")
        git("commit", "--quiet", "--message", text)
    marks = [fingerprint(0o644, text) for text in (b"a = 1\n", b"a = 2\n")]
    found = changing.difference(ChangedFile("source/score.py", *marks), [])
    assert found is not None
    assert (found.path, found.lines) == ("app/score.py", ("@@ -1 +1 @@", "-a = 1", "+a = 2"))


def test_no_difference_is_made_up(changing: Repository, tmp_path: Path) -> None:
    file, folders = ChangedFile("Dockerfile", OLD, NEW), ["examples/diabetes", "../.."]
    unknown = changing.difference(ChangedFile("Dockerfile", "0" * 12, NEW), folders)
    assert unknown is not None
    assert (unknown.commit, unknown.lines) == ("", ())
    assert changing.difference(ChangedFile("Dockerfile", OLD, "0" * 12), folders) is None
    assert changing.difference(ChangedFile("Dockerfile", "", NEW), folders) is None
    outside = tmp_path / "outside"
    (tmp_path / ".git").rename(tmp_path / "no-git")
    outside.mkdir()
    assert Repository(outside).difference(file, folders) is None


def test_a_long_difference_is_cut(changing: Repository, tmp_path: Path) -> None:
    place = tmp_path / "examples" / "diabetes" / "Dockerfile"
    long = "\n".join(f"RUN true {number}" for number in range(500))
    place.write_text((SAMPLES / "after.Dockerfile").read_text() + long)
    found = changing.difference(ChangedFile("Dockerfile", OLD, fingerprint(0o644, place.read_bytes())), [])
    assert found is not None
    assert len(found.lines) == 200
    assert found.left_out > 300
