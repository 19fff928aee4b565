"""A container registry: the OCI distribution API, with Azure Container Registry's tokens, rights and errors."""
