"""Why an image was not asked.

Exception
└── NotAsked         the image could not be asked; the text is the reason
    ├── NoEngine     no client for one is installed, or none answers
    ├── NotPulled    the engine could not get the image
    └── NotRun       the container did not run, did not end in time, or did not do what was asked of it
"""

from __future__ import annotations

__all__ = ["NoEngine", "NotAsked", "NotPulled", "NotRun"]


class NotAsked(Exception):
    """The image could not be asked, so that nothing is known of it; the text is the reason, without a secret."""


class NoEngine(NotAsked):
    """No Docker engine can be reached from here."""


class NotPulled(NotAsked):
    """The engine could not get the image."""


class NotRun(NotAsked):
    """The container did not run, did not end in time, or did not answer."""
