"""Previews of Pulumi as one report for a pull request: `python -m tools.review --stack dev --stack prod`."""
