"""`python -m azureml_scoring.v1_files`: writes the YAML of the CLI v2, and v1's Python, from the two v1 files."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from .migration import TARGETS, migrate

_DONE = """\
Then, with the CLI v2, in {folder}:
{commands}
  az ml online-endpoint update --name {name} --traffic "blue=100"
"""
_COMMANDS = {
    "connection.yml": "az ml connection create --file connection.yml",
    "environment.yml": "az ml environment create --file environment.yml",
    "endpoint.yml": "az ml online-endpoint create --file endpoint.yml",
    "deployment.yml": "az ml online-deployment create --file deployment.yml",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes the files, all or none; returns the exit code.

    Args:
        arguments: The command line, without the program's name.
    """
    asked = _parser().parse_args(arguments)
    output: Path = asked.output
    made = migrate(
        asked.inference_config,
        asked.deployment_config,
        asked.name,
        output,
        model=asked.model,
        target=asked.target,
        compute=asked.compute,
    )
    for problem in made.problems:
        sys.stderr.write(f"{'warning' if problem.warning else 'error'}: {problem}\n")
    if not made.files:
        return 1
    there = sorted(name for name in made.files if (output / name).exists())
    if there and not asked.overwrite:
        sys.stderr.write(f"error: {output} has {', '.join(there)} already; with --overwrite they are replaced\n")
        return 1
    output.mkdir(parents=True, exist_ok=True)
    for name, content in made.files.items():
        (output / name).write_text(content, encoding="utf-8")
        sys.stdout.write(f"{output / name}\n")
    commands = "\n".join(f"  {command}" for name, command in _COMMANDS.items() if name in made.files)
    sys.stdout.write(_DONE.format(folder=output, commands=commands, name=asked.name))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m azureml_scoring.v1_files", description=main.__doc__)
    parser.description = "Writes environment, endpoint, deployment and connection for the CLI v2, and v1's Python."
    parser.epilog = "No secret is written: passwords and keys are placeholders or names of environment variables."
    parser.add_argument("inference_config", type=Path, help="inferenceconfig.json")
    parser.add_argument("--deployment-config", type=Path, help="deploymentconfig.json")
    parser.add_argument("--name", required=True, help="name of the service, and of the endpoint")
    parser.add_argument("--model", help="NAME:VERSION of a registered model, or a path")
    parser.add_argument(
        "--target", choices=TARGETS, help="default: managed_endpoint for a file of ACI or local, else aks"
    )
    parser.add_argument("--compute", help="name of the attached Kubernetes compute, required for aks")
    parser.add_argument("--output", type=Path, required=True, help="folder that the files go to")
    parser.add_argument("--overwrite", action="store_true", help="replace files of the same names")
    return parser


if __name__ == "__main__":
    sys.exit(main())
