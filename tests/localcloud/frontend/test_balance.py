"""Splitting by percent: exact over a hundred requests, and anew with new routes."""

from __future__ import annotations

from collections import Counter

import pytest

from localcloud.frontend.balance import Balance
from localcloud.frontend.routes import Place, Routes

PLACES = {name: Place(name, ("127.0.0.1", 1), 5.0) for name in ("blue", "green", "red")}


@pytest.mark.parametrize(
    "traffic",
    [{"blue": 90, "green": 10}, {"blue": 33, "green": 33, "red": 34}, {"blue": 100, "green": 0}, {"red": 100}],
)
def test_each_gets_its_percentage(traffic: dict[str, int]) -> None:
    routes, balance = Routes("endpoint", deployments=PLACES, traffic=traffic), Balance()
    chosen = Counter(balance.choose(routes) for _ in range(100))
    assert chosen == {name: percent for name, percent in traffic.items() if percent}


def test_a_small_share_comes_regularly() -> None:
    routes, balance = Routes("endpoint", deployments=PLACES, traffic={"blue": 90, "green": 10}), Balance()
    chosen = [balance.choose(routes) for _ in range(40)]
    for start in range(0, 40, 10):
        assert chosen[start : start + 10].count("green") == 1


@pytest.mark.parametrize("traffic", [{}, {"blue": 0}, {"gone": 100}])
def test_nobody_gets_what_nobody_takes(traffic: dict[str, int]) -> None:
    assert Balance().choose(Routes("endpoint", deployments=PLACES, traffic=traffic)) is None


def test_one_that_is_gone_leaves_its_share_to_the_others() -> None:
    routes = Routes("endpoint", deployments=PLACES, traffic={"gone": 50, "blue": 50})
    balance = Balance()
    assert {balance.choose(routes) for _ in range(10)} == {"blue"}


def test_new_routes_begin_anew() -> None:
    balance = Balance()
    first = Routes("endpoint", deployments=PLACES, traffic={"blue": 50, "green": 50})
    for _ in range(7):
        balance.choose(first)
    second = Routes("endpoint", deployments=PLACES, traffic={"green": 100})
    assert {balance.choose(second) for _ in range(10)} == {"green"}


@pytest.mark.parametrize("percent", [1, 20, 50])
def test_a_mirror_gets_its_percentage(percent: int) -> None:
    routes, balance = Routes("endpoint", deployments=PLACES, mirror={"red": percent}), Balance()
    assert sum(balance.mirrors(routes) == ["red"] for _ in range(200)) == 2 * percent
