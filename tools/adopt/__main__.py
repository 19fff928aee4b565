"""The command line: `python -m tools.adopt EXPORT...`."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from azureml_scoring.rules import Problem

from tools.adopt.errors import AdoptionError, Misuse
from tools.adopt.export import Place, read_exports
from tools.adopt.planning import Chosen, plan
from tools.adopt.program import import_file, program
from tools.adopt.writing import write_files

if TYPE_CHECKING:
    from tools.adopt.adoption import Adoption

_EPILOG = """\
EXPORT is JSON of Azure Resource Manager, with properties; several files complete each other:
  az resource show --ids $(az resource list --resource-group rg --query '[].id' --output tsv) > resources.json
  az role assignment list --scope <id of the registry> > roles.json
  az group export --name rg > template.json        (takes --subscription and --resource-group)

It writes, all or nothing:
  adopted.py   the components, with the inputs under which nothing changes
  import.json  for `pulumi import --file import.json --protect=false --generate-code=false`

A resource goes by its name; `NAME=COMPONENT` also says what its component is called. Azure is asked nothing.

examples:
  python -m tools.adopt resources.json roles.json
  python -m tools.adopt --workspace contoso-ml=team --service diabetes --out adopted resources.json
"""
_NAME = re.compile(r"(?P<name>[^=]+)(?:=(?P<component>[A-Za-z][\w.-]*))?")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; 0 when the files are written, 1 when not, 2 for a command line that can't be meant so."""
    parsed = _parser().parse_intermixed_args(arguments)
    try:
        place = Place(parsed.subscription, parsed.resource_group)
        chosen = _chosen(parsed)
        adoption = plan(read_exports(parsed.exports, place), chosen)
        files = {"adopted.py": program(adoption), "import.json": import_file(adoption)}
        written = write_files(parsed.out, files, force=parsed.force)
    except Misuse as error:
        _say(f"adopt: {error}")
        return 2
    except AdoptionError as error:
        _say(f"adopt: {error}")
        return 1
    _report(adoption)
    for path in written:
        print(path)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.adopt",
        description="Writes what takes existing Azure resources into the components: a program and an import file.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("exports", metavar="EXPORT", nargs="+", type=Path, help="what was exported, as JSON")
    parser.add_argument("--workspace", metavar="NAME", default="", help="the workspace, where there are several")
    parser.add_argument("--registry", metavar="NAME", default="", help="the registry, if not the workspace's")
    parser.add_argument(
        "--service",
        metavar="NAME",
        action="append",
        default=[],
        help="a container group or online endpoint; may be given again (default: all)",
    )
    parser.add_argument(
        "--by-id",
        action="store_true",
        help="leave storage account, key vault and Application Insights outside, named by their ids",
    )
    parser.add_argument("--subscription", metavar="ID", default="", help="where a template was exported from")
    parser.add_argument("--resource-group", metavar="NAME", default="", help="where a template was exported from")
    parser.add_argument("--out", metavar="FOLDER", type=Path, default=Path(), help="where the files go (default: here)")
    parser.add_argument("--force", action="store_true", help="overwrite files of an earlier run")
    return parser


def _chosen(parsed: argparse.Namespace) -> Chosen:
    """What was asked for, by name; raises Misuse with every name that is none."""
    problems, found = list[Problem](), dict[str, dict[str, str]]()
    for option, texts in {
        "--workspace": [parsed.workspace] if parsed.workspace else [],
        "--registry": [parsed.registry] if parsed.registry else [],
        "--service": parsed.service,
    }.items():
        found[option] = {}
        for text in texts:
            if match := _NAME.fullmatch(text):
                found[option][match["name"]] = match["component"] or ""
            else:
                problems.append(Problem(option, "must be NAME or NAME=COMPONENT", text, f"{option} contoso-ml=team"))
    if problems:
        raise Misuse(problems)
    return Chosen(found["--workspace"], found["--registry"], found["--service"], by_id=parsed.by_id)


def _report(adoption: Adoption) -> None:
    """What is adopted, what is kept, what is left, what has to be given; on standard error."""
    for component in adoption.components:
        _say(f"{component.kind} '{component.name}' takes over:")
        for row in component.rows:
            _say(f"  {row.id.rpartition('/providers/')[2]} as {row.name}")
    differences = list(adoption.differences())
    if differences:
        _say("Kept as it is, although the component would change it (lines of KEPT in adopted.py):")
        for row, kept in differences:
            _say(f"  {row.name}: {kept.path} {kept.reason}")
    if adoption.left:
        _say("Not adopted:")
        for left in adoption.left:
            _say(f"  {left.label}: {left.reason}")
    settings = adoption.settings()
    if settings:
        _say("No export tells these; give them before the first preview:")
        for setting in settings:
            _say(f"  pulumi config set {'--secret ' if setting.secret else ''}{setting.key}  # {setting.meaning}")
    if any(component.kind == "ScoringService" and "aci" in component.inputs for component in adoption.components):
        _say("Each container group is updated once, in place, and Azure restarts it: it shows nobody its secrets.")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
