"""The Resource Manager core: knows what every resource has in common and no single service."""
