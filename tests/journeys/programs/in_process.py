"""A consumer's program (`consumer.py` beside it) with the components in its own process in place of the plugin's."""

import runpy
import sys
from types import ModuleType
from typing import Any

import azureml_scoring

_SDK = "pulumi_azureml_scoring"


class _Package(ModuleType):
    def __getattr__(self, component: str) -> Any:
        kind = getattr(azureml_scoring, component)
        return lambda name, **inputs: kind(name, inputs)


sys.modules[_SDK] = _Package(_SDK)
runpy.run_path("consumer.py", run_name="__main__")
