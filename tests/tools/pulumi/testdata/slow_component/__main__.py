"""A source plugin whose component writes its process ids into the consumer's folder and waits."""

import asyncio
import os
import subprocess
from pathlib import Path
from typing import TypedDict

import pulumi
from pulumi.provider.experimental import component_provider_host


class SlowArgs(TypedDict):
    """Nothing is needed."""


class Slow(pulumi.ComponentResource):
    """Its output takes two minutes."""

    answer: pulumi.Output[str]

    def __init__(self, name: str, args: SlowArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slow:index:Slow", name, {**args}, opts)
        child = subprocess.Popen(["sleep", "120"])
        pids = Path("pids.tmp")
        pids.write_text(f"{os.getppid()} {os.getpid()} {child.pid}", encoding="utf-8")
        pids.rename("pids")
        self.answer = pulumi.Output.from_input(asyncio.ensure_future(wait()))
        self.register_outputs({"answer": self.answer})


async def wait() -> str:
    """Take two minutes without blocking the plugin."""
    await asyncio.sleep(120)
    return "late"


if __name__ == "__main__":
    component_provider_host(name="slow", components=[Slow], version="1.0.0")
