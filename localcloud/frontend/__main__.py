"""Serves one endpoint: `python -m localcloud.frontend <folder> <database> <port> [<certificate>]`."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from localcloud.arm.store import Store
from localcloud.control.clock import Clock
from localcloud.frontend.app import FrontEnd

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def main(folder: Path, database: Path, port: int, certificate: Path | None) -> None:
    """Serves until SIGTERM.

    Args:
        folder: The endpoint's folder.
        database: The cloud's documents, for its clock.
        port: The port of the container.
        certificate: PEM with key and certificate; None: plain HTTP.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    front_end = FrontEnd(folder, Clock(Store(database)).timestamp)
    app = Starlette(routes=[Route("/{path:path}", front_end.serve, methods=list(_METHODS))])
    pem = str(certificate) if certificate else None
    uvicorn.run(
        app,
        host="0.0.0.0",  # noqa: S104 - of the container; the runtime publishes one address
        port=port,
        ssl_certfile=pem,
        ssl_keyfile=pem,
        http="h11",
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=75,
    )


if __name__ == "__main__":
    _, _folder, _database, _port, *_certificate = sys.argv
    main(Path(_folder), Path(_database), int(_port), Path(_certificate[0]) if _certificate else None)
