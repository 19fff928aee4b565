"""Uses a component that a source plugin hosts."""

import pulumi


class Greeter(pulumi.ComponentResource):
    """The remote component of the package `fixture`."""

    said: pulumi.Output[str]
    folder: pulumi.Output[str]

    def __init__(self, name: str, greeting: str) -> None:
        super().__init__(
            "fixture:index:Greeter", name, {"greeting": greeting, "said": None, "folder": None}, remote=True
        )


greeter = Greeter("greeter", "good day")
pulumi.export("said", greeter.said)
pulumi.export("folder", greeter.folder)
