"""Where the images of an environment come from that builds none."""

from pydantic import Field

from stacks.sections._section import Section


class PromotionSettings(Section):
    """The environment that an environment takes its images from."""

    source: str = Field(alias="from", min_length=1, examples=["dev"])
    """The stack that has tested them; `stacks/images/<stack>.yaml` says which they are."""
