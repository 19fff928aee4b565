"""What the instructions of a stage have made so far: variables, files, and what is known of the image."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ..substitution import UnknownVariable, UnreadableVariable, substitute
from .finding import Fact, Finding, Rule, Severity, State

if TYPE_CHECKING:
    from .image_files import ImageFiles
    from .images import ImageFacts

__all__ = ["StageState", "resolved"]


def resolved(text: str, values: Mapping[str, str]) -> str:
    """Replace the variables of a Dockerfile's word; one without a value stays as `${NAME}`."""
    known: dict[str, str | None] = dict(values)
    while True:
        try:
            return substitute(text, known)
        except UnknownVariable as error:
            known[error.name] = f"${{{error.name}}}"
        except UnreadableVariable:
            return text


@dataclass
class StageState:
    """A stage while its instructions are read.

    Attributes:
        files: The files that it is given.
        ubuntu: Its Ubuntu.
        conda: The conda of its base environment.
        pythons: Its Pythons by where they come from: `image`, `apt`, `other`, `conda`.
        libfuse: Its package libfuse-dev.
        environment: Variables that `ENV` set.
        arguments: Variables that `ARG` set.
        environments: Python of each conda environment but the base one, by name.
        workdir: Folder that relative paths count from.
        has_shell: False once `SHELL` names a program that reads no shell text.
        opaque: True once something ran that can't be seen into: a copied script, a list of packages without a value.
        platform: True once the platform's own files (Azure ML's inference assets) were copied in.
        fuse: Line and name of a package that mounts file systems but isn't libfuse-dev, or None.
        prefixes: Folders that conda was installed in.
        installers: Installers that were named before: the first mention counts, where it is fetched.
        findings: What was found so far in this stage.
        claims: What was found that a later instruction takes back, or that stages built on this one inherit, by kind.
    """

    files: ImageFiles
    ubuntu: Fact
    conda: Fact
    pythons: dict[str, Fact]
    libfuse: Fact
    environment: dict[str, str] = field(default_factory=dict)
    arguments: dict[str, str] = field(default_factory=dict)
    environments: dict[str, Fact] = field(default_factory=dict)
    workdir: str = "/"
    has_shell: bool = True
    opaque: bool = False
    platform: bool = False
    fuse: tuple[int, str] | None = None
    prefixes: set[str] = field(default_factory=set)
    installers: set[tuple[str | None, ...]] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    claims: dict[str, tuple[Finding, ...]] = field(default_factory=dict)

    @classmethod
    def from_image(cls, facts: ImageFacts, files: ImageFiles) -> StageState:
        """Start from an image of which these facts are known."""
        return cls(files, facts.ubuntu, facts.conda, {"image": facts.python}, facts.libfuse)

    def branch(self) -> StageState:
        """Return the start of a stage that is built on this one: arguments and findings stay behind."""
        return replace(
            self,
            files=self.files.branch(),
            pythons=dict(self.pythons),
            environment=dict(self.environment),
            arguments={},
            environments=dict(self.environments),
            prefixes=set(self.prefixes),
            installers=set(self.installers),
            findings=[],
            claims=dict(self.claims),
            has_shell=True,
        )

    @property
    def values(self) -> dict[str, str]:
        """Variables that an instruction sees: `ENV` wins over `ARG`."""
        return {**self.arguments, **self.environment}

    def resolve(self, text: str) -> str:
        """Replace the variables of a word."""
        return resolved(text, self.values)

    def absolute(self, path: str, folder: str | None = None) -> str:
        """Return a path of the image, counted from a folder or the working directory; a slash at its end stays."""
        home = self.environment.get("HOME", "/root")
        named = home + path[1:] if path == "~" or path.startswith("~/") else path
        made = posixpath.normpath("/" + posixpath.join(folder or self.workdir, named).lstrip("/"))
        is_folder = path == "." or path.endswith(("/", "/."))
        return f"{made}/" if is_folder and made != "/" else made

    @property
    def python(self) -> Fact:
        """The Python that the image's user gets: an environment on PATH, conda's, else the latest other one."""
        path = self.environment.get("PATH", "")
        for name, fact in self.environments.items():
            if f"/envs/{name}/bin" in path or (name.startswith("/") and f"{name.rstrip('/')}/bin" in path):
                return fact
        if "conda" in self.pythons:
            return self.pythons["conda"]
        known = [self.pythons[origin] for origin in ("other", "apt") if origin in self.pythons]
        sure = [fact for fact in known if fact.state is State.KNOWN]
        return (sure or known or [self.pythons["image"]])[0]

    def seen(self, fact: Fact) -> Fact:
        """Return a fact as far as it can be trusted: what is missing may have come from what can't be seen into."""
        return replace(fact, state=State.UNKNOWN) if self.opaque and fact.state is State.ABSENT else fact

    def report(
        self,
        rule: Rule,
        severity: Severity,
        line: int | None,
        *,
        found: str,
        needed: str,
        fix: str,
        file: str | None = None,
    ) -> None:
        """Add a finding."""
        self.findings.append(Finding(rule, severity, found, needed, fix, line, file))
