"""What policy packs are made of: rules as data, configuration, exemptions, and the service that the engine asks.

A pack is a folder with `PulumiPolicy.yaml`, `__main__.py` (`serve(...)`), `__init__.py` (`PACK`), and one folder for
each rule: `rules/<rule>/rule.py` (`RULE`) with its samples. It imports this package and `azureml_scoring.rules` only.
"""

from .pack import Pack, load_pack
from .resource import Resource, Run, Stack
from .rule import Change, Encrypt, Level, Located, NotChecked, Result, Rule, Severity, each
from .server import serve
from .settings import Exemption, InvalidConfiguration, Options, RegistryPlace, Settings
from .values import Malformed, Undecided, Value

__all__ = [
    "Change",
    "Encrypt",
    "Exemption",
    "InvalidConfiguration",
    "Level",
    "Located",
    "Malformed",
    "NotChecked",
    "Options",
    "Pack",
    "RegistryPlace",
    "Resource",
    "Result",
    "Rule",
    "Run",
    "Settings",
    "Severity",
    "Stack",
    "Undecided",
    "Value",
    "each",
    "load_pack",
    "serve",
]
