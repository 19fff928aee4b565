"""Programs of the documentation have the types that the components ask for: what mocks pass over, mypy does not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.docs.blocks import ROOT, blocks


def test_programs_have_the_right_types(tmp_path: Path) -> None:
    (before,) = (block.code for block in blocks("python") if block.page == "README.md" and not block.marker)
    for number, block in enumerate(one for one in blocks("python") if one.marker in {"", "fragment"}):
        code = f"{before}\n{block.code}" if block.marker else block.code
        (tmp_path / f"block_{number}_{Path(block.page).stem.replace('-', '_')}.py").write_text(code)
    # The cache of `make lint`, which has read the provider's SDK already: that is what takes long.
    options = ["--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(ROOT / ".mypy_cache")]
    command = [sys.executable, "-m", "mypy", *options, *map(str, sorted(tmp_path.glob("*.py")))]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
