"""A policy pack: its rules, loaded from their folders, and one judgement of a resource by all of them."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

import yaml

from ..rules import Problem
from .resource import Resource, Stack
from .rule import Located, NotChecked, Result, Rule, fault_of
from .values import Malformed, Undecided

if TYPE_CHECKING:
    from .settings import Settings

__all__ = ["Pack", "crash_of", "judge", "load_pack"]
_Said = TypeVar("_Said", Result, Located)


@dataclass(frozen=True)
class Pack:
    """A policy pack.

    Attributes:
        name: Its name, which is also the name of its own entry in the configuration, e.g. `pinned-images`.
        settings: The model of its options.
        rules: Its rules by name; `load_pack` fills them in.
        version: From PulumiPolicy.yaml.
        description: From PulumiPolicy.yaml.
        folder: Where it lies.
    """

    name: str
    settings: type[Settings]
    rules: Mapping[str, Rule] = field(default_factory=dict)
    version: str = ""
    description: str = ""
    folder: Path = Path()

    def readers(self) -> Mapping[str, list[Rule]]:
        """The rules that judge single resources, by the type that they read."""
        found: defaultdict[str, list[Rule]] = defaultdict(list)
        for rule in self.rules.values():
            for type_ in rule.reads if rule.check or rule.mend else ():
                found[type_].append(rule)
        return found


def load_pack(folder: Path) -> Pack:
    """Load the pack in a folder: `PACK` of its `__init__.py`, `RULE` of every `rules/<rule>/rule.py`.

    The folder may be anywhere and have any name. Raises `ValueError` where a rule's name isn't its folder's.
    """
    folder = folder.resolve()
    package = _import_package(folder)
    rules = {}
    for source in sorted(folder.glob("rules/*/rule.py")):
        rule: Rule = importlib.import_module(f"{package.__name__}.rules.{source.parent.name}.rule").RULE
        if rule.id.replace("-", "_") != source.parent.name:
            raise ValueError(f"the rule in {source.parent} is named {rule.id!r}")
        rules[rule.id] = rule
    manifest = yaml.safe_load((folder / "PulumiPolicy.yaml").read_text(encoding="utf-8"))
    pack: Pack = package.PACK
    return Pack(pack.name, pack.settings, rules, str(manifest["version"]), manifest["description"], folder)


def _import_package(folder: Path) -> ModuleType:
    """Import a folder as a package whatever stands beside it on the path."""
    name = f"policy_pack_{folder.name}"
    found = sys.modules.get(name)
    if found is not None and found.__file__ == str(folder / "__init__.py"):
        return found
    for stale in [loaded for loaded in sys.modules if loaded == name or loaded.startswith(f"{name}.")]:
        del sys.modules[stale]
    specification = importlib.util.spec_from_file_location(
        name, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    if specification is None or specification.loader is None:
        raise ValueError(f"{folder} is no policy pack: it has no __init__.py")
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module
    specification.loader.exec_module(module)
    return module


def judge(
    check: Callable[[Any, Any], Iterable[_Said]], subject: Resource | Stack, settings: Settings
) -> Iterator[_Said | Result]:
    """Ask one check and give all that it says, whatever stops it half-way.

    A fault of the rule itself is a violation, never a pass: it names the kind of the error, not its text, which could
    hold a secret.
    """
    where = subject.name if isinstance(subject, Resource) else "the stack"
    try:
        yield from check(subject, settings)
    except Undecided as unknown:
        yield NotChecked(where, unknown.path)
    except Malformed as fault:
        yield fault_of(fault)
    except Exception as error:  # noqa: BLE001 - whatever it is, the other rules go on and this one doesn't pass
        fix = "tell whoever keeps the pack, or exempt the resource meanwhile"
        yield Problem(where, "must be something that the rule can read", crash_of(error), fix)


def crash_of(error: Exception) -> str:
    """Kind and place of a fault of a rule; its text could hold a secret."""
    return f"{type(error).__name__} at {_place(error)}"


def _place(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "an unknown place"
