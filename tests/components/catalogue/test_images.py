"""The catalogue: the document's table and public images, complete and findable."""

from __future__ import annotations

import subprocess
import sys

import pytest
from azureml_scoring import catalogue as package
from azureml_scoring.catalogue import (
    Origin,
    UnknownImage,
    catalogue,
    default_image,
    find_image,
    image_facts,
    named,
)
from azureml_scoring.rules import ImageReference

FACTS = {"ubuntu", "conda", "python", "mpi", "cuda", "cudnn", "nccl", "git", "runtime"}


def test_all_is_true() -> None:
    assert [name for name in package.__all__ if not hasattr(package, name)] == []
    assert package.__all__ == sorted(package.__all__, key=lambda name: (name.islower(), name))


def test_names_and_references_are_unique_and_facts_are_known_kinds() -> None:
    images = catalogue()
    assert len({image.name for image in images}) == len(images) == len({image.reference for image in images})
    for image in images:
        assert image.provides.keys() <= FACTS, image.name
        assert image.at_least <= image.provides.keys(), image.name
        assert image.from_memory <= image.provides.keys(), image.name


def test_the_table_of_the_document() -> None:
    """Four columns: CPU and GPU, each with Intel MPI and Open MPI."""
    table = [image for image in catalogue() if image.origin is Origin.TABLE]
    assert {image.provides["conda"] for image in table} == {"4.5.11"}
    assert {image.provides["git"] for image in table} == {"2.7.4"}
    cpu = [image for image in table if "cuda" not in image.provides]
    assert {image.provides["mpi"] for image in cpu} == {"intelmpi 2018.3.222", "openmpi 3.1.2"}
    assert {image.provides["ubuntu"] for image in cpu} == {"16.04"}
    gpu = [image for image in table if "cuda" in image.provides]
    assert {image.provides["nccl"] for image in gpu} == {"2.4"}
    versions = {(image.provides["mpi"].split()[0], image.provides["cuda"]) for image in gpu}
    assert versions == {*(("intelmpi", v) for v in ("9.0", "10.0")), *(("openmpi", v) for v in ("9.0", "10.0", "10.1"))}
    sources = {image.provides["cuda"]: image.built_from for image in gpu if image.built_from}
    assert sources == {v: f"nvidia/cuda:{v}-cudnn7-devel-ubuntu16.04" for v in ("9.0", "10.0")}


def test_the_public_images_of_the_document() -> None:
    public = {str(image.reference) for image in catalogue() if image.origin is Origin.PUBLIC}
    onnx = "mcr.microsoft.com/azureml/onnxruntime:latest"
    assert public == {
        "mcr.microsoft.com/azureml/o16n-sample-user-base/ubuntu-miniconda:latest",
        onnx,
        *(f"{onnx}-{kind}" for kind in ("cuda", "tensorrt", "openvino-vadm", "openvino-myriad")),
    }


def test_what_moves_says_so() -> None:
    assert not named("ubuntu-miniconda").is_pinned
    assert not named("onnxruntime-cuda").is_pinned
    assert named("cpu-openmpi").is_pinned


def test_the_default_is_pinned_and_meets_the_minima() -> None:
    facts = default_image().facts
    assert default_image().is_pinned
    assert (str(facts.ubuntu), str(facts.conda), str(facts.python)) == ("22.04", "4.12 or later", "3.8 or later")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("mcr.microsoft.com/azureml/onnxruntime", "onnxruntime"),
        ("mcr.microsoft.com/azureml/onnxruntime:latest-cuda", "onnxruntime-cuda"),
        ("mcr.microsoft.com/azureml/onnxruntime:1.2", None),
        ("mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:20230112.v1", "openmpi4.1.0-ubuntu22.04"),
        (f"mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04@sha256:{'0' * 64}", "openmpi4.1.0-ubuntu22.04"),
        (f"mcr.microsoft.com/azureml/onnxruntime@sha256:{'0' * 64}", None),
        ("contosoml.azurecr.io/azureml/onnxruntime:latest", None),
        ("ubuntu:22.04", None),
    ],
)
def test_an_image_is_found_by_its_reference(text: str, name: str | None) -> None:
    image = ImageReference.parse(text)
    found = find_image(image)
    assert (found and found.name) == name
    assert (image_facts(image) is None) == (name is None)


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownImage, match="ubuntu-miniconda"):
        named("ubuntu-minconda")


def test_it_loads_no_cloud_sdk() -> None:
    code = "import sys, azureml_scoring.catalogue as c; c.catalogue(); print('pulumi' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
