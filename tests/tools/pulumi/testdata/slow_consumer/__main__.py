"""Uses a component that takes long."""

import pulumi

pulumi.ComponentResource("slow:index:Slow", "slow", {}, remote=True)
