"""Writes its process ids next to itself and waits."""

import os
import subprocess
import time
from pathlib import Path

import pulumi

child = subprocess.Popen(["sleep", "120"])
pids = Path("pids.tmp")
pids.write_text(f"{os.getppid()} {os.getpid()} {child.pid}", encoding="utf-8")
pids.rename("pids")
pulumi.log.info("waiting")
time.sleep(120)
