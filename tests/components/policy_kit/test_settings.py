"""A configuration with a wrong name stops a run, and names the right one."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from azureml_scoring.policy_kit import InvalidConfiguration, Options, RegistryPlace, Resource, Settings, Value
from azureml_scoring.policy_kit.settings import read_settings, schema_of
from pydantic import Field

RULES = ["image-digest", "image-tag"]
EXEMPTION: dict[str, object] = {
    "rule": "image-tag",
    "resource": "legacy-*",
    "reason": "moves",
    "owner": "ops",
    "until": "2027-01-31",
}


class Window(Options):
    """A nested option."""

    lowest_days: int = Field(description="Days.")


class Sample(Settings):
    """The options of a pack."""

    mutable_tags: tuple[str, ...] = Field(default=("latest",), description="Patterns.")
    places: tuple[RegistryPlace, ...] = Field(default=(), description="Registries.")
    windows: tuple[Window, ...] = Field(default=(), description="Windows.")


def read(**configuration: Any) -> Sample:
    given = {name.replace("_", "-"): value for name, value in configuration.items()}
    settings = read_settings("the-pack", Sample, RULES, given)
    assert isinstance(settings, Sample)
    return settings


def test_nothing_given_is_the_defaults() -> None:
    assert read() == Sample()
    assert read(image_tag={}, the_pack={}) == Sample()


def test_what_is_given_is_taken_and_whole_numbers_are_whole() -> None:
    assert read(the_pack={"windows": [{"lowestDays": 3.0}]}).windows[0].lowest_days == 3


@pytest.mark.parametrize(
    ("configuration", "fault"),
    [
        ({"image_tga": {}}, "there is no rule 'image-tga'; did you mean image-tag?"),
        ({"the_pakc": {}}, "there is no rule 'the-pakc'; did you mean the-pack?"),
        ({"image_tag": {"mutableTags": []}}, "rule image-tag takes a level only; options (mutableTags) stand under"),
        ({"the_pack": {"mutableTag": []}}, "there is no option 'mutableTag'; did you mean mutableTags?"),
        ({"the_pack": {"mutable_tags": []}}, "there is no option 'mutable_tags'; did you mean mutableTags?"),
        (
            {"the_pack": {"windows": [{"lowestDay": 3}]}},
            "there is no option 'lowestDay' in windows[0]; did you mean lowestDays?",
        ),
        ({"the_pack": {"mutableTags": "latest"}}, "mutableTags must be a list; got 'latest'"),
        ({"the_pack": {"mutableTags": [1]}}, "mutableTags[0] must be a text; got 1"),
        ({"the_pack": {"windows": ["x"]}}, "windows[0] must be an object; got 'x'"),
        ({"the_pack": {"windows": [{"lowestDays": 1.5}]}}, "windows[0].lowestDays must be a whole number; got 1.5"),
        ({"the_pack": {"places": ["https://mcr.microsoft.com"]}}, "places[0] must be a host with its port, if any, "),
        ({"the_pack": {"places": [""]}}, "places[0] must be a host with its port, if any, "),
        ({"the_pack": {"exemptions": [{"rule": "image-tag"}]}}, "exemptions[0].owner is required;"),
        (
            {"the_pack": {"exemptions": [EXEMPTION | {"rule": "image-tags"}]}},
            "exemptions[0] is about rule 'image-tags', which doesn't exist; did you mean image-tag?",
        ),
        (
            {"the_pack": {"exemptions": [EXEMPTION | {"owners": "x"}]}},
            "there is no option 'owners' in exemptions[0]; did you mean owner?",
        ),
        ({"the_pack": {"exemptions": [EXEMPTION | {"owner": " "}]}}, "exemptions[0].owner must not be empty; got ' '"),
        *(
            ({"the_pack": {"exemptions": [EXEMPTION | {"until": until}]}}, "exemptions[0].until must be a day, e.g. ")
            for until in ("soon", "2027-02-30", 86400, 20270331.0, None)
        ),
    ],
)
def test_a_wrong_name_or_value_is_refused(configuration: dict[str, Any], fault: str) -> None:
    with pytest.raises(InvalidConfiguration) as caught:
        read(**configuration)
    assert fault in str(caught.value)


def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(InvalidConfiguration) as caught:
        read(image_tga={}, image_tag={"x": 1}, the_pack={"mutableTag": []})
    assert len(caught.value.faults) == 3


def test_an_exemption_goes_by_name_or_urn_and_ends_after_its_day() -> None:
    exemption = read(the_pack={"exemptions": [EXEMPTION]}).exemptions[0]
    legacy = Resource("t", "urn:pulumi:dev::p::t::legacy-app", "legacy-app", Value.of({}))
    assert exemption.covers("image-tag", legacy)
    assert not exemption.covers("image-digest", legacy)
    assert not exemption.covers("image-tag", Resource("t", "urn::Legacy-app", "Legacy-app", Value.of({})))
    assert not exemption.expired(dt.date(2027, 1, 31))
    assert exemption.expired(dt.date(2027, 2, 1))


def test_the_schema_has_no_reference_and_leaves_unknown_keys_to_us() -> None:
    schema = schema_of(Sample)
    assert set(schema) == {"exemptions", "mutableTags", "places", "windows"}
    assert "$ref" not in str(schema)
    assert "additionalProperties" not in str(schema)
