"""A source plugin with one component."""

import sys
from pathlib import Path
from typing import TypedDict

import pulumi
from pulumi.provider.experimental import component_provider_host


class GreeterArgs(TypedDict):
    """What a Greeter needs."""

    greeting: pulumi.Input[str]


class Greeter(pulumi.ComponentResource):
    """Gives its greeting back, and the folder in which it runs."""

    said: pulumi.Output[str]
    folder: pulumi.Output[str]

    def __init__(self, name: str, args: GreeterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fixture:index:Greeter", name, {}, opts)
        self.said = pulumi.Output.from_input(args["greeting"])
        self.folder = pulumi.Output.from_input(str(Path.cwd()))
        self.register_outputs({"said": self.said, "folder": self.folder})


if __name__ == "__main__":
    sys.stderr.write("a line of the plugin\n")
    component_provider_host(name="fixture", components=[Greeter], version="1.0.0")
