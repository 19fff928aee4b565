"""A program without any cloud: a component, configuration and outputs."""

import sys

import pulumi


class Greeter(pulumi.ComponentResource):
    """A component without children."""

    def __init__(self, name: str, greeting: str) -> None:
        super().__init__("fixture:index:Greeter", name)
        self.register_outputs({"greeting": greeting})


config = pulumi.Config()
Greeter("greeter", config.require("greeting"))
sys.stdout.write("a line of the program\n")
pulumi.export("greeting", config.require("greeting"))
pulumi.export("password", config.require_secret("password"))
pulumi.export("organization", pulumi.get_organization())
pulumi.export("root", pulumi.get_root_directory())
