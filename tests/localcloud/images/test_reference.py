"""Image references."""

from __future__ import annotations

import pytest

from localcloud.images.errors import PullDenied, ReferenceInvalid
from localcloud.images.reference import parse_reference

DIGEST = f"sha256:{'a' * 64}"


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("ubuntu", "docker.io/library/ubuntu:latest"),
        ("ubuntu:16.04", "docker.io/library/ubuntu:16.04"),
        ("team/app", "docker.io/team/app:latest"),
        ("localhost/app", "localhost/app:latest"),
        ("127.1.2.3:5000/team/app:v1", "127.1.2.3:5000/team/app:v1"),
        ("mcr.microsoft.com/azureml/onnxruntime", "mcr.microsoft.com/azureml/onnxruntime:latest"),
        (f"r.azurecr.io/base@{DIGEST}", f"r.azurecr.io/base@{DIGEST}"),
        (f"r.azurecr.io/base:v1@{DIGEST}", f"r.azurecr.io/base:v1@{DIGEST}"),
        ("index.docker.io/ubuntu", "docker.io/library/ubuntu:latest"),
    ],
)
def test_a_reference_is_normalised(text: str, full: str) -> None:
    assert str(parse_reference(text)) == full


@pytest.mark.parametrize(
    "text", ["", "Ubuntu", "a/", "/a", "a:", "a@sha256:1", "r.io/A", "a b", "http://r.io/a", "r.io:x/a"]
)
def test_a_text_that_is_no_reference_is_refused(text: str) -> None:
    with pytest.raises(ReferenceInvalid):
        parse_reference(text)


@pytest.mark.parametrize("reference", ["r:5000/team/app:v1", "r:5000/team/app", f"r:5000/team/app@{DIGEST}"])
def test_docker_names_the_repository_that_it_may_not_pull(reference: str) -> None:
    assert str(PullDenied(reference)).startswith("pull access denied for r:5000/team/app, repository does not exist")
