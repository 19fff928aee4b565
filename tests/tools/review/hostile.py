"""Previews that nobody hopes for: very large ones, and names that are made to do harm."""

from __future__ import annotations

from dataclasses import replace

from tools.review.preview import Action, Preview, Resource


def large(preview: Preview, services: int) -> Preview:
    """A preview with its service many times, and so with its resources, each of which something happens to."""
    (service,) = (one for one in preview.components if one.kind == "ScoringService")
    parts = preview.parts(service)
    resources = dict(preview.resources)
    for number in range(services):
        owner = _named(service, f"service-{number:03}")
        resources[owner.urn] = owner
        for part in parts:
            copy = replace(_named(part, f"service-{number:03}-{part.name}"), parent=owner.urn)
            resources[copy.urn] = replace(copy, action=Action.DELETE if number == services - 1 else Action.UPDATE)
    return replace(preview, resources=resources)


def renamed(preview: Preview, name: str) -> Preview:
    """A preview in which every resource has a name of somebody's choice."""
    resources = {urn: _named(one, f"{name}{number}") for number, (urn, one) in enumerate(preview.resources.items())}
    urns = {urn: one.urn for urn, one in resources.items()}
    moved = {one.urn: replace(one, parent=urns.get(one.parent, "")) for one in resources.values()}
    return replace(preview, resources=moved)


def _named(resource: Resource, name: str) -> Resource:
    return replace(resource, urn=f"{resource.urn.rpartition('::')[0]}::{name}")
