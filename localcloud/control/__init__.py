"""The control plane: the HTTPS server that puts the parts of localcloud together."""
