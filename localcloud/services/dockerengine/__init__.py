"""The Docker Engine API, as much of it as a local scoring service needs, on the process runtime.

It pulls from the registries of this cloud only. It is no resource type: everything is in `routes.py`.
"""
