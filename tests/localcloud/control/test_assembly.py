"""What a start leaves in the home."""

from __future__ import annotations

import stat
from dataclasses import replace
from typing import TYPE_CHECKING

from localcloud.control.assembly import write_owner_token
from localcloud.control.settings import CloudSettings
from localcloud.control.tokens import Tokens

if TYPE_CHECKING:
    from localcloud.home import Home
    from tests.localcloud.harness import Plane


def test_the_owners_token_stays_while_it_is_valid(home: Home) -> None:
    settings = CloudSettings.load(home.settings_file, {})
    write_owner_token(home, Tokens(settings))
    token = home.token_file.read_text()
    assert stat.S_IMODE(home.token_file.stat().st_mode) == 0o600
    assert Tokens(settings).read(token).object_id == settings.object_id
    write_owner_token(home, Tokens(settings))
    assert home.token_file.read_text() == token
    write_owner_token(home, Tokens(replace(settings, key=b"another")))
    assert home.token_file.read_text() != token


def test_the_home_is_its_owners_alone(plane: Plane) -> None:
    assert stat.S_IMODE(plane.cloud.home.root.stat().st_mode) == 0o700
