"""A module beside the entry script: it is there when the whole folder is."""

GREETING = "found"
