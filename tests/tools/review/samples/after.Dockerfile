# A base image for scoring: Ubuntu, conda, Python and Azure ML's inference server, run by an ordinary user.
# The model, score.py and its packages are added on top when the service is deployed.
FROM ubuntu:22.04

# Every version is an argument: change it at build time, without touching this file.
ARG CONDA_VERSION=25.3.1
ARG PYTHON_VERSION=3.12
ARG INFERENCE_SERVER_VERSION=1.5.1
ARG INFERENCE_SCHEMA_VERSION=1.8

ENV LANG=C.UTF-8 LC_ALL=C.UTF-8
ENV DEBIAN_FRONTEND=noninteractive

# fuse and libfuse-dev are what Azure ML datasets are mounted with.
RUN apt-get update --fix-missing && \
    apt-get install -y --no-install-recommends bzip2 ca-certificates fuse libfuse-dev wget && \
    apt-get clean -y && \
    rm -rf /var/lib/apt/lists/*

RUN useradd --create-home --uid 1000 dockeruser
WORKDIR /home/dockeruser
USER dockeruser

RUN wget --quiet https://github.com/conda-forge/miniforge/releases/download/${CONDA_VERSION}-0/Miniforge3-${CONDA_VERSION}-0-Linux-x86_64.sh -O ~/miniforge.sh && \
    /bin/bash ~/miniforge.sh -b -p ~/miniforge && \
    rm ~/miniforge.sh && \
    ~/miniforge/bin/conda clean --all --yes
ENV PATH=/home/dockeruser/miniforge/bin:${PATH}

RUN conda install -y conda=${CONDA_VERSION} python=${PYTHON_VERSION} && \
    pip install --no-cache-dir azureml-inference-server-http==${INFERENCE_SERVER_VERSION} inference-schema[numpy-support]==${INFERENCE_SCHEMA_VERSION} && \
    conda clean --all --yes --quiet && \
    rm -rf ~/miniforge/pkgs && \
    find ~/miniforge/ -type d -name __pycache__ -prune -exec rm -rf {} \;
