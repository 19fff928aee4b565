"""The provider behind the plugin: a caller in another language is answered as a program in Python's own process."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

import pulumi
from pulumi.errors import InputPropertiesError
from pulumi.provider import ConstructResult
from pulumi.provider.experimental.analyzer import ComponentDefinition, PropertyDefinition, PropertyType
from pulumi.provider.experimental.component import ComponentProvider
from pulumi.provider.server import ComponentInitError


class Provider(ComponentProvider):
    """Pulumi's provider of components, which leaves the judgement of the inputs to the components.

    Pulumi's own drops unknown keys, takes what should be an object and is none for an empty one, stops at the first bad
    input, and shows a Python traceback below what is wrong.
    """

    def construct(
        self, name: str, resource_type: str, inputs: pulumi.Inputs, options: pulumi.ResourceOptions | None = None
    ) -> ConstructResult:
        """A component of the caller's; raises InputPropertiesError with all that is wrong with its inputs."""
        try:
            return super().construct(name, resource_type, inputs, options)
        except ComponentInitError as error:
            if isinstance(error.inner, pulumi.RunError):
                # Without properties: the engine would show their values, and a value may be a secret.
                raise InputPropertiesError(str(error.inner), []) from error
            raise

    def map_inputs(self, inputs: pulumi.Inputs, component_def: ComponentDefinition) -> dict[str, Any]:
        """The inputs under Python's names and with Python's numbers; what is no input keeps its name."""
        return self._named(inputs, component_def.inputs, component_def.inputs_mapping)

    def _named(
        self, given: Mapping[str, Any], shapes: Mapping[str, PropertyDefinition], names: Mapping[str, str]
    ) -> dict[str, Any]:
        return {
            names.get(key, key): self._value(value, shapes[key]) if key in shapes else value
            for key, value in given.items()
        }

    def _value(self, value: Any, shape: PropertyDefinition) -> Any:
        if isinstance(value, list) and shape.items:
            return [self._value(part, shape.items) for part in value]
        if isinstance(value, dict) and shape.additional_properties:
            return {key: self._value(part, shape.additional_properties) for key, part in value.items()}
        # On the wire each number is a float.
        if isinstance(value, float) and value.is_integer() and shape.type is PropertyType.INTEGER:
            return int(value)
        return self._of_type(value, shape) if shape.ref else value

    def _of_type(self, value: Any, shape: PropertyDefinition) -> Any:
        """A value of an enum or TypedDict of the package."""
        definition = self.get_type_definition(shape)
        if definition is not None and isinstance(value, dict):
            return self._named(value, definition.properties, definition.properties_mapping)
        if definition is not None and isinstance(value, str) and issubclass(kind := definition.python_type, Enum):
            return kind(value) if value in {member.value for member in kind} else value
        return value
