"""Images: a content store, and a builder that turns a Dockerfile into an OCI image without an engine."""
