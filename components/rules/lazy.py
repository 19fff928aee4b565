"""Packages whose modules are loaded when a name of theirs is first asked for."""

from __future__ import annotations

import gc
import importlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

__all__ = ["names_of"]


def names_of(package: str, modules: Mapping[str, Sequence[str]]) -> Callable[[str], Any]:
    """The `__getattr__` of a package.

    Args:
        package: Its name.
        modules: The names that it offers, by the module that has them.
    """
    home_of = {name: module for module, names in modules.items() for name in names}

    def get(name: str) -> Any:
        """Load the module of a name; raises AttributeError where the package has no such name."""
        if name not in home_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        collecting = gc.isenabled()
        # Modules are many objects that live on: collecting while they load is a third of the time, for nothing.
        gc.disable()
        try:
            return getattr(importlib.import_module(f".{home_of[name]}", package), name)
        finally:
            if collecting:
                gc.enable()

    return get
