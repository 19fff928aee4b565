"""The ready workflows: what linters say of them, what they may do, and that they fit together."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.tools.review.pipelines import PIPELINE, ROOT, WORKFLOWS, shell_steps
from tools.pulumi import cache
from tools.review.markdown import MARK

ACTIONLINT = "1.7.12"
FILES = [*WORKFLOWS, PIPELINE]
SIGN_IN = {"contents": "read", "id-token": "write"}


def beside(program: str) -> Path:
    """A program of this environment."""
    return Path(sys.executable).parent / program


def actionlint() -> Path:
    """The linter of GitHub's workflows, built once from its Go module and kept outside the tree."""
    folder = cache.root().parent / f"actionlint-{ACTIONLINT}"
    if not folder.exists():
        with cache.locked():
            cache.make(folder, _build_actionlint)
    return folder / "actionlint"


def _build_actionlint(folder: Path) -> None:
    module = f"github.com/rhysd/actionlint/cmd/actionlint@v{ACTIONLINT}"
    environment = {**os.environ, "GOBIN": str(folder), "GOFLAGS": "-trimpath", "GOWORK": "off", "CGO_ENABLED": "0"}
    subprocess.run(["go", "install", module], env=environment, check=True, capture_output=True, timeout=250)


def lint(program: str, *arguments: str) -> None:
    """Runs a linter, of this environment where it has no path; what it finds fails the test."""
    command = [str(beside(program)), *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def document(name: str) -> dict[str, Any]:
    """A workflow; YAML reads its key `on` as true."""
    loaded: dict[str, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / name).read_text())
    return loaded


def test_yamllint_finds_nothing() -> None:
    lint("yamllint", "--strict", "--config-file", ".yamllint.yaml", *map(str, FILES))


def test_the_workflows_have_the_schema_of_github() -> None:
    lint("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *map(str, WORKFLOWS))


def test_the_pipeline_has_the_schema_of_azure_pipelines() -> None:
    # The schema's patterns have escapes that regular expressions of Unicode do not know.
    options = ["--data-transform", "azure-pipelines", "--regex-variant", "nonunicode"]
    lint("check-jsonschema", "--builtin-schema", "vendor.azure-pipelines", *options, str(PIPELINE))


def test_zizmor_finds_no_weakness() -> None:
    # Below medium it asks for `$/` in place of `./` before a workflow of the same repository, which actionlint refuses.
    lint("zizmor", "--offline", "--no-progress", "--min-severity", "medium", ".github/workflows")


@pytest.mark.skipif(shutil.which("go") is None, reason="actionlint is built where Go is: go is not on PATH")
def test_actionlint_finds_nothing() -> None:
    # It gives shell steps to shellcheck.
    lint(str(actionlint()), f"-shellcheck={beside('shellcheck')}", *map(str, WORKFLOWS))


@pytest.mark.skipif(shutil.which("go") is None, reason="actionlint is built where Go is: go is not on PATH")
def test_actionlint_looks_into_the_shell_steps(tmp_path: Path) -> None:
    step = "{run: 'rm -rf $HOME/$x', shell: bash}"
    broken = tmp_path / "broken.yml"
    broken.write_text(f"on: push\njobs: {{one: {{runs-on: ubuntu-latest, steps: [{step}]}}}}\n")
    with pytest.raises(AssertionError, match="SC2086"):
        lint(str(actionlint()), f"-shellcheck={beside('shellcheck')}", str(broken))


@pytest.mark.parametrize("name", shell_steps())
def test_a_shell_step_is_shell_and_takes_nothing_from_templates(name: str, tmp_path: Path) -> None:
    script = shell_steps()[name]
    (tmp_path / "step.sh").write_text(script)
    # Variables that no line sets, such as idToken: the task AzureCLI gives them.
    given = ["--exclude=SC2154"] if name.startswith(PIPELINE.name) else []
    lint("shellcheck", "--shell=bash", *given, str(tmp_path / "step.sh"))
    # What is put into a script by a template is run by it: values come as environment variables.
    assert "${{" not in script


def test_shellcheck_finds_nothing_in_the_scripts() -> None:
    tracked = subprocess.check_output(["git", "ls-files", ".ci", "*.sh"], cwd=ROOT, text=True).split()
    assert len(tracked) >= 4
    lint("shellcheck", *tracked)


def test_every_action_is_pinned_by_a_digest_that_is_one_and_the_same_everywhere() -> None:
    lines = [line for file in WORKFLOWS for line in file.read_text().splitlines() if "uses:" in line]
    pinned: dict[str, set[tuple[str, str]]] = {}
    for line in lines:
        if "uses: ./" not in line:
            found = re.fullmatch(r"\s+uses: ([\w/-]+)@([0-9a-f]{40})  # (v\d+\.\d+\.\d+)", line)
            assert found is not None, line
            pinned.setdefault(found[1], set()).add((found[2], found[3]))
    assert len(pinned) == 5
    assert {name: len(digests) for name, digests in pinned.items()} == dict.fromkeys(pinned, 1)


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_a_job_may_do_only_what_it_has_to(file: Path) -> None:
    loaded = document(file.name)
    assert loaded["permissions"] == {}
    for name, job in loaded["jobs"].items():
        signs_in = "azure/login@" in str(job) or "environment.yml" in str(job)
        writes = {"pull-requests": "write"} if name == "comment" else {"contents": "read"}
        assert job["permissions"] == (SIGN_IN if signs_in else writes), name


def test_the_job_that_writes_runs_no_code_of_the_pull_request() -> None:
    (steps,) = (job["steps"] for name, job in document("review.yml")["jobs"].items() if name == "comment")
    assert [step["uses"].partition("@")[0] for step in steps if "uses" in step] == ["actions/download-artifact"]
    assert MARK in next(step["run"] for step in steps if "run" in step)


def test_no_workflow_has_a_secret_that_lasts_or_runs_for_strangers() -> None:
    for file in FILES:
        text = file.read_text()
        assert not re.search(r"\bsecrets\b|pull_request_target|client-secret|servicePrincipalKey|password", text), file


def environments() -> list[str]:
    """The stacks that pipelines know: all that have a file, in the order in which one takes images from the other."""
    sources = {}
    for file in (ROOT / "stacks").glob("Pulumi.*.yaml"):
        config = yaml.safe_load(file.read_text())["config"]
        sources[file.name.split(".")[1]] = config.get("azureml-scoring:promotion", {}).get("from")
    # A stand-in cloud is on the machine of whoever runs it.
    del sources["local"]
    order = [name for name, source in sources.items() if source is None]
    while following := [name for name, source in sources.items() if source in order and name not in order]:
        order += following
    return order


def test_the_environments_are_the_stacks_in_every_workflow() -> None:
    review, deploy, stacks = document("review.yml"), document("deploy.yml"), environments()
    assert len(stacks) == 3
    assert review["env"]["STACKS"].split() == stacks
    assert review["jobs"]["preview"]["strategy"]["matrix"]["stack"] == stacks
    assert [job["with"]["stack"] for job in deploy["jobs"].values()] == stacks
    assert [job.get("needs") for job in deploy["jobs"].values()] == [None, *stacks[:-1]]
    (parameter,) = yaml.safe_load(PIPELINE.read_text())["parameters"]
    assert parameter["default"] == stacks


def test_an_update_waits_for_its_environment_and_is_not_cut_off() -> None:
    up = document("environment.yml")["jobs"]["up"]
    assert up["needs"] == "report"
    assert up["environment"] == "${{ inputs.stack }}"
    assert up["concurrency"]["cancel-in-progress"] is False
