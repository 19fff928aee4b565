"""Which program, arguments and environment a container gets on this host.

A program is looked up in the image's virtual environment, then in the unpacked image, then among the base tools that
every Linux image has (a shell and the usual small programs): what an image would have to install first is not there
when its RUN steps were not executed, and the host's own copy would prove nothing. Paths of the image, in arguments,
in the environment and in the working directory, become paths below `rootfs/`.
"""

from __future__ import annotations

import os
import posixpath
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from localcloud.runtime import network
from localcloud.runtime.documents import MARKER
from localcloud.runtime.errors import NotExecutable
from localcloud.runtime.installs import SHELLS

if TYPE_CHECKING:
    from localcloud.images.config import ImageConfig
    from localcloud.runtime.rootfs import RootFileSystem

_BASE_TOOLS_TEXT = """
    sh bash dash env true false test [ echo printf cat tac head tail tee sleep timeout ls cp mv rm mkdir rmdir ln
    chmod touch pwd date id whoami hostname uname basename dirname readlink realpath mktemp sort uniq wc cut tr sed
    grep egrep fgrep awk find xargs seq expr yes nice nohup kill stat od md5sum sha256sum base64 tar gzip gunzip
    comm diff paste nproc sync stty which setsid flock getopt getent install split fold nl shuf truncate sha1sum
    sha512sum cksum expand unexpand tsort users who df du chown chgrp mkfifo printenv logname tty link unlink
"""
BASE_TOOLS = tuple(_BASE_TOOLS_TEXT.split())
_SYSTEM_FOLDERS = frozenset({"/bin", "/usr/bin", "/sbin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"})
_DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# A path of the container inside a longer text: at its start or behind a separator, and not part of a URL.
_PATH = re.compile(r"(?<![^\s=:,;'\"(<>|&])/(?!/)[\w.@+~%/-]*[\w.@+~%-]")
_SHEBANG = re.compile(rb"#![ \t]*([^\s]+)[ \t]*([^\r\n]*)")
_NOT_FOUND = 127
_NOT_EXECUTABLE = 126


@dataclass(frozen=True)
class Guest:
    """One container's view of this host.

    Attributes:
        name: the container's name, for errors and HOSTNAME.
        folder: the container's folder.
        root: its unpacked image.
        venv: its virtual environment.
        tools: folder with the base tools.
        config: the image's configuration.
    """

    name: str
    folder: Path
    root: RootFileSystem
    venv: Path
    tools: Path
    config: ImageConfig

    def argv(self, command: Sequence[str] | None) -> list[str]:
        """The command to execute on the host; None: the image's own (ENTRYPOINT, then CMD).

        Raises:
            NotExecutable: there is no command, or its program is not there.
        """
        words = list(command) if command is not None else [*(self.config.entrypoint or ()), *(self.config.cmd or ())]
        if not words:
            raise NotExecutable(self.name, "", "no command specified", _NOT_EXECUTABLE)
        return [*self._program(words[0]), *self._arguments(words)]

    def environment(self, given: Mapping[str, str], ports: Mapping[int, tuple[str, int]]) -> dict[str, str]:
        """The whole environment of the container's processes: nothing of the host's gets in."""
        named = {**self.config.env, **given}
        mapped = {key: self.on_host(value) for key, value in named.items()}
        guest = str(network.GUEST)
        own = {
            "PATH": self._path(named.get("PATH", _DEFAULT_PATH)),
            "PYTHONPATH": ":".join(filter(None, (guest, mapped.get("PYTHONPATH")))),
            "VIRTUAL_ENV": str(self.venv),
            "TMPDIR": str(self.folder / "tmp"),
            MARKER: str(self.folder),
            **network.guest_environment(ports, self.folder / "network"),
        }
        defaults = {"HOME": str(self.root.locate("/root")), "HOSTNAME": self.name}
        return defaults | mapped | own

    def directory(self) -> Path:
        """The working directory on the host, made if the image has none."""
        directory = self.root.locate(self.config.workdir or "/")
        directory.mkdir(parents=True, exist_ok=True)
        return directory

    def on_host(self, text: str) -> str:
        """The text with every path that exists in the image replaced by the path on the host."""
        return _PATH.sub(lambda match: str(self.root.find(match[0]) or match[0]), text)

    def _arguments(self, words: list[str]) -> list[str]:
        # A shell's script names programs by their paths, too: those of the environment are in another place here.
        find = self._find if posixpath.basename(words[0]) in SHELLS else self.root.find
        return [_PATH.sub(lambda match: str(find(match[0]) or match[0]), word) for word in words[1:]]

    def _program(self, program: str) -> list[str]:
        """What to execute for a program of the container, its interpreter first if it is a script."""
        found = self._find(program)
        if found is None:
            problem = (
                f"stat {program}: no such file or directory" if "/" in program else "executable file not found in $PATH"
            )
            raise NotExecutable(self.name, program, problem, _NOT_FOUND)
        if not os.access(found, os.X_OK) or found.is_dir():
            raise NotExecutable(self.name, program, "permission denied", _NOT_EXECUTABLE)
        return [*self._interpreter(found), str(found)]

    def _find(self, program: str) -> Path | None:
        if "/" in program:
            inside = posixpath.join(self.config.workdir or "/", program)
            folder, name = posixpath.split(inside)
            in_venv = [self.venv / "bin"] if posixpath.basename(folder) == "bin" else []
            candidates = [self.root.find(inside), *(place / name for place in in_venv)]
            candidates += [self.tools / name] if folder in _SYSTEM_FOLDERS else []
        else:
            candidates = [
                Path(place) / program for place in self._path(self.config.env.get("PATH", _DEFAULT_PATH)).split(":")
            ]
        return next((found for found in candidates if found is not None and found.exists()), None)

    def _interpreter(self, script: Path) -> list[str]:
        """The interpreter that a script of the image names, as this host has it; nothing for other programs."""
        if not script.is_relative_to(self.root.path):
            return []
        with script.open("rb") as file:
            match = _SHEBANG.match(file.read(256))
        if match is None:
            return []
        option = match[2].decode(errors="replace").strip()
        return [*self._program(match[1].decode(errors="replace")), *([option] if option else [])]

    def _path(self, value: str) -> str:
        """PATH on the host: the environment first, the image's folders that exist, the base tools."""
        places = [self.root.find(place) for place in value.split(":") if place.startswith("/")]
        return ":".join([str(self.venv / "bin"), *(str(place) for place in places if place), str(self.tools)])


def make_tools(folder: Path) -> Path:
    """A folder of links to the host's base tools; made once, and by any number of processes at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in BASE_TOOLS:
        link = folder / name
        found = None if link.is_symlink() else shutil.which(name, path=os.defpath)
        if found is not None:
            try:
                link.symlink_to(found)
            except FileExistsError:
                continue
    return folder
