"""Train the model on the diabetes data that scikit-learn carries. The same data give the same file, byte for byte."""

from __future__ import annotations

import argparse
from pathlib import Path

import joblib
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

MODEL_FILE = Path(__file__).parent / "model" / "model.joblib"


def train() -> tuple[Pipeline, float]:
    """Return the trained model and its R2 score on rows that it has not seen."""
    features, progression = load_diabetes(return_X_y=True, scaled=False)
    seen, unseen, seen_progression, unseen_progression = train_test_split(
        features, progression, test_size=0.2, random_state=0
    )
    model = make_pipeline(StandardScaler(), Ridge(alpha=1.0)).fit(seen, seen_progression)
    return model, model.score(unseen, unseen_progression)


def save(model: Pipeline, path: Path) -> None:
    """Write the model to `path`, whole or not at all: an interrupted run leaves no half file behind."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    joblib.dump(model, unfinished)
    unfinished.replace(path)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=MODEL_FILE, help="where the model goes (%(default)s)")
    output: Path = parser.parse_args().output
    trained, r2 = train()
    save(trained, output)
    print(f"trained a ridge regression on the diabetes data: R2 {r2:.3f} on unseen rows; written to {output}")
