"""A small Pulumi language host for Python, for machines that cannot get the official one.

The engine talks to a language host over gRPC (service `LanguageRuntime`). This one runs programs, policy packs and
source plugins, and installs their dependencies; it generates no code. It needs an interpreter with `pulumi`.
"""
