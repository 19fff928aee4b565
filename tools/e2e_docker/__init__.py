"""What `make e2e-docker` needs of a machine: packages, a Docker engine, a base file system, and the way to packages."""
