#!/bin/sh
# Starts the Python language host with the first interpreter that has the package `pulumi`: AZUREML_SCORING_PYTHON,
# the active virtual environment, python3 on PATH, the project's environment, the checkout that made this cache.
bin=$(cd -- "$(dirname -- "$0")" && pwd)
checkout='@CHECKOUT@'

# A look at the folders takes 2 ms where an import takes 100.
has_pulumi() {
    [ -x "$1" ] || return 1
    for stubs in "${1%/bin/*}"/lib/python3*/site-packages/pulumi/runtime/proto/language_pb2_grpc.py; do
        [ -e "$stubs" ] && return 0
    done
    return 1
}

# The engine starts a language host in the folder of the program: the project's, or one below it.
project_environments() {
    folder=$PWD
    while [ -n "$folder" ] && ! [ -e "$folder/Pulumi.yaml" ]; do
        folder=${folder%/*}
    done
    [ -n "$folder" ] && printf '%s\n' "$folder/.venv/bin/python" "$folder/venv/bin/python"
}

find_python() {
    {
        [ -n "$AZUREML_SCORING_PYTHON" ] && echo "$AZUREML_SCORING_PYTHON"
        [ -n "$VIRTUAL_ENV" ] && echo "$VIRTUAL_ENV/bin/python"
        command -v python3
        project_environments
        echo "$checkout/.venv/bin/python"
    } | while IFS= read -r candidate; do
        has_pulumi "$candidate" && echo "$candidate" && return
    done
}

python=$(find_python)
if [ -z "$python" ] && python3 -c 'import pulumi' 2>/dev/null; then
    python=python3
fi
if [ -z "$python" ]; then
    echo "pulumi-language-python: no Python with the package pulumi; looked at AZUREML_SCORING_PYTHON, VIRTUAL_ENV," \
        "python3 on PATH, .venv and venv of the project, and $checkout/.venv." \
        "Activate the project's virtual environment, or set AZUREML_SCORING_PYTHON to its interpreter." >&2
    exit 1
fi
start='import sys; sys.path.insert(0, sys.argv.pop(1)); from language_host.start import main; sys.exit(main(sys.argv[1:]))'
exec "$python" -P -c "$start" "${bin%/*}" --use-executor "$bin/pulumi-language-python-exec" "$@"
