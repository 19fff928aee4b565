"""Policy pack `registry-credentials`: each image is pulled with the least right, by a credential that is secret."""

from azureml_scoring.policy_kit import Pack

from .settings import RegistryCredentials

PACK = Pack("registry-credentials", RegistryCredentials)
