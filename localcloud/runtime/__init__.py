"""Containers as processes: the data plane of the stand-in cloud.

A container is a folder and a supervising process (`shim`) of its own. The folder holds the unpacked image
(`rootfs/`), what was asked for (`spec.json`), what is run (`launch.json`, 0600: it has the environment's
values), what became of it (`state.json`) and the log. The shim outlives whoever started it.

Nothing is imported here: the shim starts with the standard library alone and must stay small.

| module | what it does |
|---|---|
| `spec` | what a container is asked to be, and what it is |
| `process` | `ProcessRuntime`: start, stop, remove, restart, state, logs, list |
| `rootfs` | an image's layers unpacked safely; paths looked up as in a chroot |
| `shell`, `installs`, `requirement_files`, `requirements` | which Python packages an image's RUN steps install |
| `environment` | virtual environments made by uv, cached by what is in them |
| `command`, `launch` | which program, arguments and environment a container gets on this host |
| `network` | published ports: the claim on them and the table for the guest |
| `guest/` (on PYTHONPATH) | inside the container: bind and connect by that table |
| `shim`, `child`, `health`, `logfile`, `identity`, `documents` | the supervising process |

Limits. Said in the container's log where they concern it: conda packages, local projects and what only a shell could
read are not installed; the host's Python is used whatever the image asks for; USER is not used. Always so: Linux only;
RUN steps are not executed; only Python programs, scripts and a base set of tools run; addresses are translated in
Python's `socket` module only (not in other programs, `uvloop`, `gevent`, or a Python started with -I, -E or -S);
processes share the host's file system, user and loopback; STOPSIGNAL, volumes and CPU or memory limits are not used.
"""
