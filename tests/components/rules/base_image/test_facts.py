"""What names tell: installers, images, versions by number."""

from __future__ import annotations

import pytest
from azureml_scoring.rules import ImageReference
from azureml_scoring.rules.base_image import Fact, State, well_known
from azureml_scoring.rules.base_image.installers import find_installers
from azureml_scoring.rules.base_image.releases import DEBIAN_NAMES, PYTHON_END, UBUNTU, UBUNTU_NAMES
from azureml_scoring.rules.base_image.versions import is_met, numbers, read_constraint


@pytest.mark.parametrize(
    ("name", "conda", "python"),
    [
        ("Miniconda2-4.5.11-Linux-x86_64.sh", "4.5.11", "2.7"),
        ("Miniconda3-4.0.5-Linux-x86_64.sh", "4.0.5", "3.5"),
        ("Miniconda3-4.3.11-Linux-x86_64.sh", "4.3.11", "3.6"),
        ("Miniconda3-4.5.4-Linux-x86_64.sh", "4.5.4", "3.6"),
        ("Miniconda3-4.7.12.1-Linux-x86_64.sh", "4.7.12.1", "3.7"),
        ("Miniconda3-3.16.0-Linux-x86_64.sh", "3.16.0", "unknown"),
        ("Miniconda3-4.12.0-Linux-x86_64.sh", "4.12.0", "unknown"),
        ("Miniconda3-py37_4.8.2-Linux-x86_64.sh", "4.8.2", "3.7"),
        ("Miniconda3-py310_23.3.1-0-Linux-aarch64.sh", "23.3.1", "3.10"),
        ("Miniconda3-py39_4.12.0-MacOSX-arm64.sh", "4.12.0", "3.9"),
        ("Miniconda3-latest-Linux-x86_64.sh", "unknown", "unknown"),
        ("Miniconda3-${V}-Linux-x86_64.sh", "unknown", "unknown"),
        ("Miniconda3-py38_${V}-Linux-x86_64.sh", "unknown", "3.8"),
        ("Miniforge3-25.3.1-0-Linux-x86_64.sh", "25.3.1", "3.6 or later"),
        ("Miniforge3-Linux-x86_64.sh", "unknown", "unknown"),
        ("releases/download/4.9.2-5/Miniforge3-$(uname)-$(uname -m).sh", "4.9.2", "3.6 or later"),
        ("releases/latest/download/Miniforge3-Linux-x86_64.sh", "unknown", "unknown"),
        ("Mambaforge-23.1.0-4-Linux-x86_64.sh", "23.1.0", "3.6 or later"),
        ("Mambaforge-pypy3-4.10.3-7-Linux-x86_64.sh", "4.10.3", "3.6 or later"),
        ("Anaconda3-2020.02-Linux-x86_64.sh", "4.8.2", "3.7"),
        ("Anaconda3-2024.02-1-Linux-x86_64.sh", "24.1.2", "3.11"),
        ("Anaconda2-5.3.1-Linux-x86_64.sh", "4.5.11", "2.7"),
        ("Anaconda3-1999.01-Linux-x86_64.sh", "unknown", "unknown"),
        ("micro.mamba.pm/api/micromamba/linux-64/1.5.8", "none", "unknown"),
        ("micro.mamba.pm/install.sh", "none", "unknown"),
    ],
)
def test_installers(name: str, conda: str, python: str) -> None:
    (found,) = find_installers(f"wget -q https://example.org/{name} -O x.sh")
    assert (str(found.conda), str(found.python)) == (conda, python)


def test_what_is_no_installer() -> None:
    assert find_installers("rm -rf /opt/miniconda Miniconda3.tar.gz Miniforge miniconda.sh") == []


@pytest.mark.parametrize(
    ("image", "ubuntu", "conda", "python"),
    [
        ("ubuntu:16.04", "16.04", "none", "none"),
        ("ubuntu:xenial-20210804", "16.04", "none", "none"),
        ("ubuntu:22.04@sha256:" + "0" * 64, "22.04", "none", "none"),
        ("ubuntu", "unknown", "none", "none"),
        ("ubuntu:rolling", "unknown", "none", "none"),
        ("public.ecr.aws/ubuntu/ubuntu:20.04", "20.04", "none", "none"),
        ("mcr.microsoft.com/oss/mirror/docker.io/library/ubuntu:20.04", "20.04", "none", "none"),
        ("cr.example.org/mirror/library/ubuntu:20.04", "20.04", "none", "none"),
        ("cr.example.org/team/ubuntu:20.04", "unknown", "unknown", "unknown"),
        ("nvidia/cuda:11.8.0-cudnn8-devel-ubuntu22.04", "22.04", "none", "none"),
        ("nvcr.io/nvidia/pytorch:24.01-py3", "unknown", "unknown", "unknown"),
        ("mcr.microsoft.com/azureml/x-ubuntu20.04:1", "20.04", "unknown", "unknown"),
        ("mcr.microsoft.com/dotnet/aspnet:8.0-jammy", "22.04", "unknown", "unknown"),
        ("python:3.10-slim-bookworm", "none", "none", "3.10"),
        ("python:3.5.2", "none", "none", "3.5.2"),
        ("python:latest", "none", "none", "unknown"),
        ("debian:12", "none", "none", "none"),
        ("alpine:3.20", "none", "none", "none"),
        ("continuumio/miniconda3:4.8.2", "none", "4.8.2", "3.5 or later"),
        ("continuumio/miniconda3", "none", "unknown", "unknown"),
        ("continuumio/anaconda3:2020.02", "none", "4.8.2", "3.7"),
        ("condaforge/miniforge3:25.3.1-0", "unknown", "25.3.1", "3.6 or later"),
        ("mambaorg/micromamba:1.5.8-jammy", "22.04", "none", "none"),
        ("mcr.microsoft.com/windows/servercore:ltsc2022", "none", "none", "none"),
        ("eclipse-temurin:17-jammy", "22.04", "unknown", "unknown"),
    ],
)
def test_images(image: str, ubuntu: str, conda: str, python: str) -> None:
    facts = well_known(ImageReference.parse(image))
    assert (str(facts.ubuntu), str(facts.conda), str(facts.python)) == (ubuntu, conda, python)


@pytest.mark.parametrize(
    ("version", "at_least", "minimum", "met"),
    [
        ("3.10", False, (3, 5), True),
        ("3.5", False, (3, 5), True),
        ("3.4.10", False, (3, 5), False),
        ("2", False, (3, 5), False),
        ("3", False, (3, 5), None),
        ("4", False, (3, 5), True),
        ("3.4", True, (3, 5), None),
        ("3.6", True, (3, 5), True),
        ("25.3.1", False, (4, 5), True),
        ("4.10", False, (4, 5), True),
        ("4.05", False, (4, 5), True),
        ("v4.5", False, (4, 5), True),
        ("abc", False, (4, 5), None),
        ("9" * 5000, False, (4, 5), None),
    ],
)
def test_versions_are_compared_by_number(
    version: str, minimum: tuple[int, ...], *, at_least: bool, met: bool | None
) -> None:
    assert is_met(Fact(State.KNOWN, version, at_least), minimum) is met


def test_what_is_absent_or_unknown() -> None:
    assert is_met(Fact(State.ABSENT), (3, 5)) is False
    assert is_met(Fact(State.UNKNOWN), (3, 5)) is None
    assert numbers("") is None


@pytest.mark.parametrize(
    ("text", "lowest", "exact"),
    [
        ("=3.7", "3.7", True),
        ("==3.7.1", "3.7.1", True),
        ("=3.7.*", "3.7", True),
        (">=3.6,<3.9", "3.6", False),
        ("~=3.6", "3.6", False),
        ("<3.9", None, False),
        ("", None, False),
        ("=$V", None, False),
        ("3.7", "3.7", True),
    ],
)
def test_constraints(text: str, lowest: str | None, *, exact: bool) -> None:
    found = read_constraint(text)
    assert (found.lowest, found.exact) == (lowest, exact)


def test_releases_fit_together() -> None:
    assert len(UBUNTU_NAMES) == len(UBUNTU)
    assert not DEBIAN_NAMES & UBUNTU_NAMES.keys()
    assert list(PYTHON_END.values()) == sorted(PYTHON_END.values())
