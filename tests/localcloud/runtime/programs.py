"""Programs that containers of the tests run, and looks at their processes."""

from __future__ import annotations

import json
import urllib.request

from localcloud.runtime import documents, identity
from localcloud.runtime.process import ProcessRuntime

FOREVER = "import time\nprint('up')\ntime.sleep(600)\n"


SERVER = """
import http.server
import os

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(500 if os.path.exists("broken") else 200)
        self.end_headers()

http.server.ThreadingHTTPServer(("", 5001), Handler).serve_forever()
"""


FAMILY = (
    "import os, subprocess, time, signal\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "subprocess.Popen(['sleep', '600'])\n"
    "subprocess.Popen(['sleep', '600'], start_new_session=True)\n"
    "subprocess.run(['sh', '-c', 'setsid sleep 600 & sleep 600 &'])\n"
    "print('up')\n"
    "time.sleep(600)\n"
)


def processes(runtime: ProcessRuntime, container: str = "c1") -> list[int]:
    return identity.members(str(runtime._containers / container))


def answers(address: tuple[str, int]) -> bool:
    try:
        with urllib.request.urlopen(f"http://{address[0]}:{address[1]}/", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def shim_of(runtime: ProcessRuntime) -> identity.ProcessIdentity:
    return identity.ProcessIdentity(*json.loads((runtime._containers / "c1" / documents.STATE).read_text())["shim"])
