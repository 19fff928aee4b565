"""The plugin host: serves the components to programs in every language. Pulumi starts it from `PulumiPlugin.yaml`."""

import importlib
import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

from pulumi.provider import Provider, main

VERSION = "0.1.0"
"""Version of the package: that of the distribution, which is not installed where only this folder was fetched."""

COMPONENTS = ("ContainerRegistry", "CustomBaseImage", "ScoringService", "Workspace")
"""What is served."""

_HERE = Path(__file__).resolve().parent
_NAME = "azureml_scoring"


def load_package() -> ModuleType:
    """This folder as the package that it is everywhere else, whatever it is called and whatever is installed."""
    # Run as a folder, it stands in the path itself, where its modules could hide others of their names.
    sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != _HERE]
    spec = importlib.util.spec_from_file_location(_NAME, _HERE / "__init__.py", submodule_search_locations=[str(_HERE)])
    if spec is None or spec.loader is None:
        raise ImportError(f"{_HERE} can't be loaded as {_NAME}")
    package = sys.modules[_NAME] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(package)
    return package


def provider(package: ModuleType) -> Provider:
    """The provider of the package's components, with the whole schema."""
    name = importlib.import_module(f"{_NAME}._component").PACKAGE
    served = importlib.import_module(f"{_NAME}._provider").Provider(
        [getattr(package, one) for one in COMPONENTS], name, version=VERSION
    )
    description = (package.__doc__ or "").partition("\n")[0]
    completed = importlib.import_module(f"{_NAME}._schema").completed
    served.schema = json.dumps(completed(json.loads(served.schema or ""), description))
    return served


if __name__ == "__main__":
    main(provider(load_package()), sys.argv[1:])
