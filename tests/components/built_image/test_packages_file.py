"""The list of packages, as CycloneDX."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from azureml_scoring.built_image import packages_document, packages_file, read_answer, write_packages

from tests.components.built_image.outputs import MARK, output
from tests.components.mocked import DIGEST

REFERENCE = f"contoso.azurecr.io/base@{DIGEST}"


def document() -> Any:
    return json.loads(packages_document(REFERENCE, read_answer(output(), MARK)))


def test_each_package_has_its_package_url() -> None:
    made = document()
    assert (made["bomFormat"], made["specVersion"]) == ("CycloneDX", "1.6")
    image = made["metadata"]["component"]
    assert (image["type"], image["name"], image["version"]) == ("container", "contoso.azurecr.io/base", DIGEST)
    assert {one["purl"] for one in made["components"] if "purl" in one} == {
        "pkg:conda/numpy@1.26.4?build=py311h64a7726_0",
        "pkg:deb/ubuntu/held@1:2.0~rc1?arch=all&distro=ubuntu-22.04",
        "pkg:deb/ubuntu/libc6@2.35-0ubuntu3.8?arch=amd64&distro=ubuntu-22.04",
        "pkg:deb/ubuntu/libfuse-dev@2.9.9-5ubuntu3?arch=amd64&distro=ubuntu-22.04",
        "pkg:pypi/flask@2.3.2",
        "pkg:pypi/numpy@1.26.4",
    }
    (system,) = [one for one in made["components"] if one["type"] == "operating-system"]
    assert (system["name"], system["version"]) == ("ubuntu", "22.04")


def test_the_image_depends_on_all_of_them_and_has_one_serial_number() -> None:
    made = document()
    (image,) = [one for one in made["dependencies"] if one["ref"] == "image"]
    assert set(image["dependsOn"]) == {one["bom-ref"] for one in made["components"]}
    assert made["serialNumber"] == document()["serialNumber"]


def test_it_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, answer = tmp_path / "packages.cdx.json", read_answer(output(), MARK)
    write_packages(path, REFERENCE, answer)
    assert len(json.loads(path.read_text())["components"]) == 7
    before = path.read_text()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "chmod", refuse)
        with pytest.raises(OSError, match="no space"):
            packages_file.write_packages(path, REFERENCE, answer)
    assert (path.read_text(), [file.name for file in tmp_path.iterdir()]) == (before, [path.name])


def refuse(*_: object) -> None:
    raise OSError("no space")
