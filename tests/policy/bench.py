"""The preview of 50 services without policies, under the three packs, and under their rules as one policy each.

What a person waits for is the time on the clock, and most of what packs add to that is the engine's: it starts one
after the other, half a second each, and asks each of them twice for every resource. What the rules themselves take is
the processor's time.

Run by `python -m tests.policy.bench [services]` with pulumi on PATH, which fails where the packs miss a target.
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, Final, NamedTuple

import azureml_scoring

from localcloud import lifecycle
from localcloud.home import Home
from tests.journeys.project import ROOT, STACK, Journey, service
from tests.policy.driver import PACKS
from tools import policies
from tools.local import train

__all__ = ["Timing", "measure"]

SERVICES: Final = 50
ROUNDS: Final = 3
"""Previews of each kind, in turns; the least counts."""
_ADDED: Final = 1.25
"""What the packs may make of the time on the clock without them."""
_SHARE: Final = 0.5
"""What the packs may add, of the processor's time that the same rules add as one policy each."""
_SDK: Final = ("pulumi-policy==1.21.0", "pydantic", "PyYAML", "dockerfile")
_OPTIONS: Final[Mapping[str, Mapping[str, Any]]] = {"scoring_hardening": {"localStacks": [STACK]}}
"""The services of the bench have no keys."""


class Cost(NamedTuple):
    """Seconds of a preview: on the clock, and of the processor in all its processes."""

    clock: float
    processor: float

    def least(self, other: Cost) -> Cost:
        """The lesser of each."""
        return Cost(min(self.clock, other.clock), min(self.processor, other.processor))


@dataclass(frozen=True)
class Timing:
    """What previews cost; `by_rule` is None where the general SDK can't be had."""

    services: int
    without: Cost
    packs: Cost
    by_rule: Cost | None

    @property
    def ratio(self) -> float:
        """With the packs to without, on the clock."""
        return self.packs.clock / self.without.clock

    @property
    def share(self) -> float:
        """What the packs add, of what their rules add as one policy each (processor); 0 where that is not known."""
        return self._added(self.packs) / self._added(self.by_rule) if self.by_rule else 0.0

    def _added(self, cost: Cost) -> float:
        return cost.processor - self.without.processor

    def __str__(self) -> str:
        """Return what the bench prints."""
        line = (
            f"preview of {self.services} services: {self.without.clock:.1f} s, with the packs {self.packs.clock:.1f} s"
        )
        line += f" (ratio {self.ratio:.2f}, at most {_ADDED})"
        if self.by_rule is None:
            return f"{line}; the general SDK for policies is not to be had"
        line += f"; one policy per rule {self.by_rule.clock:.1f} s\n"
        line += (
            f"the packs add {self._added(self.packs):.1f} s of the processor's time, their rules as one policy each "
        )
        return f"{line}{self._added(self.by_rule):.1f} s (share {self.share:.2f}, at most {_SHARE})"


def measure(services: int = SERVICES, rounds: int = ROUNDS) -> Timing:
    """Measure previews of a stack in which nothing is made yet."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, project(Path(folder), services) as journey:
        kinds = {"without": [], "packs": our_packs(Path(folder)), "by_rule": by_rule(Path(folder))}
        least: dict[str, Cost] = {}
        for _ in range(rounds):
            for kind, options in kinds.items():
                if options is not None:
                    cost = _cost(journey, options)
                    least[kind] = cost.least(least.get(kind, cost))
    return Timing(services, least["without"], least["packs"], least.get("by_rule"))


def _cost(journey: Journey, options: Sequence[str]) -> Cost:
    before, started = _processor(), perf_counter()
    journey.pulumi("preview", *options)
    return Cost(perf_counter() - started, _processor() - before)


def _processor() -> float:
    """Seconds of all processes that have been started and are over."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


@contextmanager
def project(folder: Path, services: int) -> Iterator[Journey]:
    """A project with so many services in container groups, and its cloud."""
    train()
    copied = folder / "project"
    for name in ("stacks", "examples"):
        shutil.copytree(ROOT / name, copied / name, ignore=shutil.ignore_patterns(".venv", "__pycache__"))
    for name in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(ROOT / name, copied)
    (copied / ".venv").symlink_to(Path(sys.prefix))
    home = Home(folder / "cloud", Home.from_environment().cache)
    lifecycle.start(home)
    try:
        journey = Journey(copied, home)
        base = {"context": "examples/diabetes", "imageName": "diabetes-base"}
        named = {f"service{number}": service(target="aci", auth="none") for number in range(services)}
        journey.configure(location="westeurope", baseImage=base, services=named)
        journey.pulumi("stack", "init", check=False)
        yield journey
    finally:
        lifecycle.reset(home)


def our_packs(folder: Path) -> list[str]:
    """Options of a preview under the packs as they are."""
    options = policies.options()
    for pack in options[1::2]:
        file = folder / f"{Path(pack).name}.json"
        given = _OPTIONS.get(Path(pack).name)
        name = Path(pack).name.replace("_", "-")
        file.write_text(json.dumps({name: {"enforcementLevel": "mandatory", **given}} if given else {}))
        options += ["--policy-pack-config", str(file)]
    return options


def by_rule(folder: Path) -> list[str] | None:
    """Options of a preview under the same rules as one policy each; None where the SDK can't be installed."""
    environment = _environment(folder / "sdk")
    if environment is None:
        return None
    options = []
    for pack in sorted(manifest.parent for manifest in PACKS.glob("*/PulumiPolicy.yaml")):
        made = folder / "by-rule" / pack.name
        made.mkdir(parents=True)
        shutil.copy(pack / "PulumiPolicy.yaml", made)
        shutil.copy(Path(__file__).parent / "one_policy_per_rule" / "__main__.py", made)
        given = {"folder": str(pack), "options": _OPTIONS.get(pack.name, {}), "stack": STACK}
        (made / "pack.json").write_text(json.dumps(given))
        (made / "venv").symlink_to(environment)
        options += ["--policy-pack", str(made)]
    return options


def _environment(folder: Path) -> Path | None:
    """An environment with the general SDK and our package, by uv; None where that fails."""
    uv, python = Path(sys.prefix) / "bin" / "uv", folder / "bin" / "python"
    commands: list[Sequence[str | Path]] = [
        [uv, "venv", "--quiet", "--python", sys.executable, folder],
        [uv, "pip", "install", "--quiet", "--python", python, *_SDK],
    ]
    if any(subprocess.run(command, check=False).returncode for command in commands):
        return None
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "ours.pth").write_text(str(Path(azureml_scoring.__file__).parents[1]))
    return folder


if __name__ == "__main__":
    timing = measure(int(sys.argv[1]) if len(sys.argv) > 1 else SERVICES)
    sys.stdout.write(f"{timing}\n")
    sys.exit(timing.ratio > _ADDED or timing.share > _SHARE)
