"""Started by the Pulumi engine: `pulumi preview --policy-pack <this folder>`."""

from pathlib import Path

from azureml_scoring.policy_kit import serve

if __name__ == "__main__":
    serve(Path(__file__).parent)
