"""The entry script that inferenceconfig.json names; it runs on the packages of that file, with ../diabetes's model."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from azureml_inference_server_http.api.aml_response import AMLResponse
from inference_schema.parameter_types.numpy_parameter_type import NumpyParameterType
from inference_schema.schema_decorators import input_schema, output_schema

model: Any  # the scikit-learn pipeline, once init() has run


def init() -> None:
    """Load the model from the folder that Azure ML names in AZUREML_MODEL_DIR."""
    global model  # noqa: PLW0603 - the server calls init() and run() of this module; nothing else can carry the model
    model = joblib.load(Path(os.environ["AZUREML_MODEL_DIR"]) / "model.joblib")


@input_schema("data", NumpyParameterType(np.zeros((1, 10))), convert_to_provided_type=False)
@output_schema(NumpyParameterType(np.zeros(1)))
def run(data: Any) -> dict[str, Any] | AMLResponse:
    """Predict for rows of ten numbers, and name what `environmentVariables` of the file has set."""
    try:
        rows = np.array(data, dtype=float).reshape(len(data), 10)
    except (TypeError, ValueError) as error:
        return AMLResponse({"error": str(error)}, 400, json_str=True)
    return {"predictions": model.predict(rows).tolist(), "variable": os.environ.get("EXAMPLE_ENV_VAR")}
