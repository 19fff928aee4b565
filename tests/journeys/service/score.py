"""The diabetes model, and what the service was given besides: variables, models, its own folder. It can be slow."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from azureml_inference_server_http.api.aml_response import AMLResponse
from beside import GREETING
from inference_schema.parameter_types.numpy_parameter_type import NumpyParameterType
from inference_schema.schema_decorators import input_schema, output_schema

model: Any  # the scikit-learn pipeline, once init() has run


def init() -> None:
    """Load the model, wherever below AZUREML_MODEL_DIR it lies."""
    global model  # noqa: PLW0603 - the server calls init() and run() of this module
    model = joblib.load(next(_models().rglob("model.joblib")))


@input_schema("data", NumpyParameterType(np.zeros((1, 10))), convert_to_provided_type=False)
@output_schema(NumpyParameterType(np.zeros(1)))
def run(data: Any) -> dict[str, Any] | AMLResponse:
    """Predict; a first number below 0 is the seconds that it takes to do so."""
    try:
        rows = np.array(data, dtype=float).reshape(len(data), 10)
    except (TypeError, ValueError) as error:
        return AMLResponse({"error": str(error)}, 400, json_str=True)
    time.sleep(max(0.0, -rows[0][0]))
    sys.stderr.write(f"scored {len(rows)} rows\n")
    return {
        "predictions": model.predict(rows).tolist(),
        "shown": os.environ.get("SHOWN"),
        "hidden": os.environ.get("HIDDEN"),
        "models": sorted(path.name for path in _models().rglob("*") if path.is_file()),
        "beside": GREETING,
    }


def _models() -> Path:
    return Path(os.environ["AZUREML_MODEL_DIR"])
