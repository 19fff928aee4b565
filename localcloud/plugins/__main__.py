"""`python -m localcloud.plugins`: serves the stand-in plugins of the home that `LOCALCLOUD_HOME` names."""

from __future__ import annotations

import asyncio
import logging

from localcloud.home import Home
from localcloud.plugins.serving import run

if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    asyncio.run(run(Home.from_environment()))
