"""Configurations of policy packs in the documentation are such that the packs take them."""

from __future__ import annotations

import json

import pytest
from azureml_scoring.policy_kit.pack import load_pack
from azureml_scoring.policy_kit.settings import read_settings

from tests.docs.blocks import ROOT, Block, blocks

PACKS = {
    pack.name: pack for pack in (load_pack(manifest.parent) for manifest in ROOT.glob("policy/*/PulumiPolicy.yaml"))
}
CONFIGURATIONS = [block for block in blocks("json") if PACKS.keys() & json.loads(block.code).keys()]


def test_there_are_some() -> None:
    assert len(CONFIGURATIONS) > 4


@pytest.mark.parametrize("block", CONFIGURATIONS, ids=str)
def test_a_pack_takes_its_configuration(block: Block) -> None:
    document = json.loads(block.code)
    (pack,) = (PACKS[name] for name in PACKS.keys() & document.keys())
    # As the engine does: a level is its own, and a rule that has a level only gets nothing.
    options = {name: dict(given) if isinstance(given, dict) else {} for name, given in document.items()}
    for given in options.values():
        given.pop("enforcementLevel", None)
    read_settings(pack.name, pack.settings, pack.rules, options)
