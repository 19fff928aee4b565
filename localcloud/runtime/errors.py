"""Errors of the process runtime.

RuntimeFailure
├── StartFailed             a container could not be started (docker's wording where docker has one)
│   ├── PortAllocated       a published address is in use
│   ├── NotExecutable       the command is not in the image, or not a program
│   └── EnvironmentFailed   the Python packages could not be installed
├── BadLayer                a layer is no tar archive, or tries to leave the root file system
└── NoSuchContainer         no container has this id
"""

from __future__ import annotations


class RuntimeFailure(Exception):
    """Something that the process runtime was asked for could not be done."""


class StartFailed(RuntimeFailure):
    """A container could not be started.

    Attributes:
        name: the container's name.
        reason: one sentence, in docker's wording where docker has one.
        exit_code: what `docker run` would end with: 125 the runtime, 126 not executable, 127 not found.
    """

    def __init__(self, name: str, reason: str, exit_code: int = 125) -> None:
        super().__init__(reason)
        self.name = name
        self.reason = reason
        self.exit_code = exit_code


class PortAllocated(StartFailed):
    """A published address is in use, by another container or by any other process."""

    def __init__(self, name: str, address: str, port: int) -> None:
        super().__init__(
            name,
            f"driver failed programming external connectivity on endpoint {name}: "
            f"Bind for {address}:{port} failed: port is already allocated",
        )
        self.address = address
        self.port = port


class NotExecutable(StartFailed):
    """The command can't be run: not in the image, not a program, or a program that this runtime does not have."""

    def __init__(self, name: str, program: str, problem: str, exit_code: int = 127) -> None:
        super().__init__(
            name,
            "OCI runtime create failed: runc create failed: unable to start container process: "
            f'exec: "{program}": {problem}: unknown',
            exit_code,
        )
        self.program = program


class EnvironmentFailed(StartFailed):
    """uv could not install the Python packages that the image's RUN steps ask for."""

    def __init__(self, name: str, step: str, detail: str) -> None:
        super().__init__(name, f"the recorded step '{step}' could not be installed: {detail}")
        self.step = step
        self.detail = detail


class BadLayer(RuntimeFailure):
    """A layer is damaged, or an entry of it points outside of the root file system."""

    def __init__(self, digest: str, reason: str) -> None:
        super().__init__(f"failed to register layer {digest}: {reason}")
        self.digest = digest
        self.reason = reason


class NoSuchContainer(RuntimeFailure):
    """No container has this id."""

    def __init__(self, container_id: str) -> None:
        super().__init__(f"No such container: {container_id}")
        self.container_id = container_id
