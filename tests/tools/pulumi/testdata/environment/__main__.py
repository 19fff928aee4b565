"""Says which interpreter runs it."""

import os
import sys

import pulumi

pulumi.export("prefix", sys.prefix)
pulumi.export("active", os.environ.get("VIRTUAL_ENV"))
