"""The two JSON files of the old SDK and CLI (v1): `inferenceconfig.json` and `deploymentconfig.json`.

Pure: pydantic, YAML and the rules; nothing of Pulumi. Each key of the files has a verdict for each target, as data in
the models; `python -m azureml_scoring.v1_files` writes from the same files what the CLI v2 takes.
"""

from ._inputs import V1Inputs, read_v1_files
from ._keys import Key, Verdict, keys_of
from .deployment_config import DeploymentConfig
from .inference_config import InferenceConfig

__all__ = [
    "DeploymentConfig",
    "InferenceConfig",
    "Key",
    "V1Inputs",
    "Verdict",
    "keys_of",
    "read_v1_files",
]
