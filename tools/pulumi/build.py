"""Third source: the engine built from Go modules, with our small Python language host.

Only modules are needed, so a machine that reaches nothing but a Go module proxy can do it.
"""

from __future__ import annotations

import os
import platform
import re
import shlex
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from . import cache, progress, versions
from .errors import GoTooOld, NoGo, StepFailed
from .progress import say

HERE: Final = Path(__file__).parent
MODULE: Final = HERE / "engine"
LANGUAGE_HOST: Final = HERE / "language_host"
PACKAGE: Final = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
SDK: Final = "github.com/pulumi/pulumi/sdk/v3"
EXECUTOR: Final = "pulumi-language-python-exec"
FLAGS: Final = (
    # go.mod and go.sum are committed: whatever GOFLAGS says, a build must not change them.
    "-mod=readonly",
    "-buildvcs=false",
    "-trimpath",
    "-ldflags",
    f"-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version={versions.VERSION}",
)
ROOM: Final = 1024**3
"""Bytes that a build needs even when Go's caches are filled."""
ROOM_FRESH: Final = 4 * 1024**3
"""Bytes that a first build takes, most of them in Go's caches."""


def folder() -> Path:
    """Where this build is kept, with the language host as it is now."""
    sources = [path.name + "\0" + path.read_text(encoding="utf-8") for path in _host_sources()]
    return cache.root() / f"{versions.VERSION}-{cache.digest(_engine_key(), *sources)}"


def make() -> None:
    """Build what isn't built yet; raises `NotUsable`."""
    engine = cache.root() / f"engine-{versions.VERSION}-{_engine_key()}"
    if not (engine / EXECUTOR).exists():
        cache.make(engine, _build_engine)
    cache.make(folder(), lambda temporary: _assemble(engine, temporary))


def _engine_key() -> str:
    module = [(MODULE / name).read_bytes() for name in ("go.mod", "go.sum")]
    return cache.digest(*module, *FLAGS, platform.system(), platform.machine())


def _host_sources() -> list[Path]:
    return sorted([*LANGUAGE_HOST.glob("*.py"), LANGUAGE_HOST / "launcher.sh"])


def _assemble(engine: Path, target: Path) -> None:
    """Put the engine, the executor and the language host together."""
    bin_folder = target / "bin"
    bin_folder.mkdir()
    for name in ("pulumi", EXECUTOR):
        try:
            (bin_folder / name).hardlink_to(engine / name)
        except OSError:
            shutil.copy2(engine / name, bin_folder / name)
    hosted = target / LANGUAGE_HOST.name
    hosted.mkdir()
    for source in _host_sources():
        shutil.copy2(source, hosted / source.name)
    launcher = bin_folder / "pulumi-language-python"
    text = (LANGUAGE_HOST / "launcher.sh").read_text(encoding="utf-8")
    checkout = shlex.quote(str(HERE.parent.parent))
    launcher.write_text(text.replace("'@CHECKOUT@'", checkout), encoding="utf-8")
    launcher.chmod(0o755)


def _build_engine(target: Path) -> None:
    go = find_go()
    cache.require_room(cache.root(), ROOM)
    say(
        f"building pulumi {versions.VERSION} from Go modules: once, 5 to 15 minutes on 2 cores, "
        f"up to {ROOM_FRESH // 1024**3} GB in Go's caches"
    )
    start = time.monotonic()
    total = _fetch_modules(go)
    _step(
        "compiling the engine",
        [go, "build", "-v", *FLAGS, "-o", str(target / "pulumi"), PACKAGE],
        count=lambda line: bool(re.fullmatch(r"[\w.~/-]+", line.strip())),
        status=lambda done: f"compiled {done} of at most {total} packages" if done < total else "linking",
    )
    sdk = _ask(go, "list", "-m", "-f", "{{.Dir}}", SDK)
    shutil.copyfile(Path(sdk) / "python" / "cmd" / EXECUTOR, target / EXECUTOR)
    (target / EXECUTOR).chmod(0o755)
    say(f"built in {progress.elapsed(start)}")


def find_go() -> str:
    """Path of a Go that can build the engine; raises `NoGo` or `GoTooOld`."""
    needed = required_go((MODULE / "go.mod").read_text(encoding="utf-8"))
    go = shutil.which("go")
    if go is None:
        raise NoGo(needed)
    found, toolchain = _ask(go, "env", "GOVERSION", "GOTOOLCHAIN").splitlines()[:2]
    found = found.removeprefix("go")
    # Any other GOTOOLCHAIN lets Go fetch the version that it needs by itself.
    if toolchain == "local" and _go_version(found) < _go_version(needed):
        raise GoTooOld(found, needed)
    return go


def required_go(go_mod: str) -> str:
    """The version in the `go` line of a go.mod."""
    found = re.search(r"^go (\S+)$", go_mod, re.MULTILINE)
    return found[1] if found else "1.21"


def _go_version(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", text)[:3])


def _fetch_modules(go: str) -> int:
    """Download the modules; returns how many packages the engine is made of."""
    _step(
        "fetching Go modules",
        [go, "list", "-mod=readonly", "-deps", PACKAGE],
        count=lambda line: line.startswith("go: downloading"),
        status=lambda done: f"downloaded {done} modules",
    )
    return len(_ask(go, "list", "-mod=readonly", "-deps", PACKAGE).splitlines())


def _step(title: str, command: list[str], count: Callable[[str], bool], status: Callable[[int], str]) -> None:
    say(title)
    code, output = progress.run(command, folder=MODULE, environment=_environment(), count=count, status=status)
    if code:
        raise StepFailed(title, output, advice("\n".join(output)))


def advice(output: str) -> str:
    """What to do about a failed step, from what Go said."""
    if "no space left on device" in output:
        return f"The disk is full: a first build takes {ROOM_FRESH // 1024**3} GB (GOCACHE, GOMODCACHE)."
    if re.search(r"dial tcp|no such host|i/o timeout|proxyconnect|connection refused|TLS handshake", output):
        return "Go reaches no module proxy: connect to the internet, or set GOPROXY to a proxy that you reach."
    if "checksum mismatch" in output or "verifying" in output:
        return "A module differs from go.sum: the module proxy gives something else than what was recorded."
    if re.search(r"signal: killed|cannot allocate memory", output):
        return "Memory ran out: close something, or run again with GOFLAGS=-p=1."
    return "Run again (Go keeps what it has compiled); `go` printed the reason above."


def _ask(go: str, *arguments: str) -> str:
    answer = subprocess.run(
        [go, *arguments], cwd=MODULE, env=_environment(), capture_output=True, text=True, check=False
    )
    if answer.returncode:
        output = answer.stderr.strip().splitlines()[-progress.TAIL :]
        raise StepFailed(f"go {shlex.join(arguments)}", output, advice(answer.stderr))
    return answer.stdout.strip()


def _environment() -> dict[str, str]:
    """The user's environment; a go.work above the tree must not change what is built."""
    return {**os.environ, "CGO_ENABLED": "0", "GOWORK": "off"}
