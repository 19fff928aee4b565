"""Stand-in Pulumi provider plugins for azure-native, azuread, docker and docker-build.

Clients of localcloud's control plane that do what a provider does and nothing that a cloud does: one process
(`python -m localcloud.plugins`), one gRPC server a provider, each on a loopback port of its own. The engine attaches
with `PULUMI_DEBUG_PROVIDERS=azure-native:PORT,azuread:PORT,docker:PORT,docker-build:PORT`.

| module | part |
|---|---|
| `serving` | the process: servers, `plugins.json`, signals |
| `servicer` | gRPC in, gRPC out; one for all providers |
| `sessions` | one connection of an engine: its configuration, its cancellation |
| `package` | what a provider consists of: resources, functions, configuration |
| `values`, `compare`, `naming`, `assets` | property values, their differences, automatic names, contents of assets |
| `control_plane`, `operations` | HTTPS requests with retries; long-running operations |
| `azure_native`, `azuread`, `docker`, `docker_build` | the four providers |
"""
