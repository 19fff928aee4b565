"""`python -m localcloud.control`: the control plane in the foreground."""

from __future__ import annotations

import sys

from localcloud.control.listeners import PortInUse
from localcloud.control.server import AlreadyRunning, run
from localcloud.control.settings import InvalidSetting
from localcloud.home import Home

if __name__ == "__main__":
    try:
        run(Home.from_environment())
    except (AlreadyRunning, InvalidSetting, PortInUse) as error:
        sys.exit(f"localcloud control plane: {error}")
