"""What goes into a service image and runs there; nothing of it is imported where Pulumi runs."""

from pathlib import Path

LAUNCHER = Path(__file__).with_name("serve.py")
"""Starts the scoring server, with its keys and TLS."""
