"""Print what the model gives for a request in plain Python, without a server: the endpoint must give the same."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import joblib

HERE = Path(__file__).parent

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("request", type=Path, nargs="?", default=HERE / "sample-request.json")
    parser.add_argument("--model", type=Path, default=HERE / "model" / "model.joblib")
    arguments = parser.parse_args()
    rows = json.loads(arguments.request.read_text(encoding="utf-8"))["data"]
    print(json.dumps(joblib.load(arguments.model).predict(rows).tolist()))
