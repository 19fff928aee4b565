"""localcloud: a stand-in for the parts of Azure that a model deployment needs, on loopback, for real.

It imports nothing from the product and the product knows nothing of it. `README.md` beside this file says which
laws it holds, with sources, and what it does not emulate.

Architecture, from the core outwards:

- `arm/`: the Resource Manager core: ids, errors, documents, resource types, long-running operations.
- `services/`: one folder per namespace; each resource type is one class on that core.
- `images/`, `registry/`: OCI content, image building and the distribution API with ACR's authorisation.
- `runtime/`: containers as processes of their own (the data plane).
- `control/`: the HTTPS server that puts these together (the control plane).
- `plugins/`: stand-in Pulumi provider plugins, which are clients of the control plane.
"""
