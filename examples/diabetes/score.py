"""Scores patients with the model that train.py made. Azure ML's inference server calls `init` once, then `run`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from azureml_inference_server_http.api.aml_response import AMLResponse
from inference_schema.parameter_types.numpy_parameter_type import NumpyParameterType
from inference_schema.schema_decorators import input_schema, output_schema

# One patient: age, sex, body mass index, blood pressure, and six blood serum measurements.
SAMPLE_INPUT = np.array([[59.0, 2.0, 32.1, 101.0, 157.0, 93.2, 38.0, 4.0, 4.8598, 87.0]])
SAMPLE_OUTPUT = np.array([210.0])

model: Any  # the scikit-learn pipeline, once init() has run


def init() -> None:
    """Load the model from the folder that Azure ML names in AZUREML_MODEL_DIR."""
    global model  # noqa: PLW0603 - the server calls init() and run() of this module; nothing else can carry the model
    model = joblib.load(Path(os.environ["AZUREML_MODEL_DIR"]) / "model.joblib")


@input_schema("data", NumpyParameterType(SAMPLE_INPUT), convert_to_provided_type=False)
@output_schema(NumpyParameterType(SAMPLE_OUTPUT))
def run(data: Any) -> list[float] | AMLResponse:
    """Predict how far the disease of each patient will have progressed after one year.

    Args:
        data: One row for each patient, ten columns in the order of `SAMPLE_INPUT`, as the request has it.

    Returns:
        One number for each row, from about 25 (mild) to 346 (severe); for rows that don't have ten numbers each the
        status 400, with the reason.
    """
    try:
        rows = np.array(data, dtype=float).reshape(len(data), SAMPLE_INPUT.shape[1])
    except (TypeError, ValueError) as error:
        return AMLResponse({"error": str(error)}, 400, json_str=True)
    predictions: list[float] = model.predict(rows).tolist()
    return predictions
