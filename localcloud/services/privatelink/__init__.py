"""The side of Private Link that every service has: its sub-resources and the connections of its resources."""
