"""Errors of the components.

pulumi.RunError
└── ComponentError           anything a component stops for
    └── InvalidInput         inputs that break a rule: all problems of one component at once

A RunError is shown by the engine as one line, without a traceback.
"""

from collections.abc import Sequence

import pulumi

from .rules import Problem


class ComponentError(pulumi.RunError):
    """Something that a component stops for.

    Attributes:
        component: Class of the component, such as `ScoringService`.
        name: The component's name.
    """

    def __init__(self, component: str, name: str, message: str) -> None:
        super().__init__(f"{component} '{name}': {message}")
        self.component = component
        self.name = name


class InvalidInput(ComponentError):
    """Inputs that break rules.

    Attributes:
        problems: Each broken rule; a secret is in none of them.
    """

    def __init__(self, component: str, name: str, problems: Sequence[Problem]) -> None:
        lines = [str(problem) for problem in problems]
        message = (
            lines[0] if len(lines) == 1 else "\n".join([f"{len(lines)} problems", *(f"  - {line}" for line in lines)])
        )
        super().__init__(component, name, message)
        self.problems = tuple(problems)
