"""Promotion by digest: an image (`python -m tools.promote SOURCE TARGET`), or those of an environment (`... stack`)."""
