"""Pages of the reference, written from docstrings, annotations and readers of files: `python -m tools.reference`."""
