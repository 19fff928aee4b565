"""Environments: one `Pulumi.<stack>.yaml` each, and the one reader of them all."""
