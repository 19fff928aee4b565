"""Copies an image from one registry to another, with its digest: `python -m tools.promote SOURCE TARGET`."""
