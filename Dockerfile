# docker compose up, or: docker build -t nash-bargaining-lab . && docker run --rm -p 127.0.0.1:8501:8501 -v nash-lab:/data nash-bargaining-lab
# PyTorch is the build for the CPU; with --build-arg TORCH=cuda it is the registry's own, for CUDA.
# The digest is that of python:3.11.16-slim-bookworm for all platforms: a tag may be moved, a digest cannot.
FROM python:3.11-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b AS build

ARG TORCH=cpu
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/lab

# PyTorch first: it is large, and stays as it is when the lab changes.
WORKDIR /source
COPY constraints.txt ./
RUN set -- torch -c constraints.txt; \
    test "$TORCH" = cuda || set -- "$@" --extra-index-url https://download.pytorch.org/whl/cpu; \
    /opt/lab/bin/pip install "$@"
COPY . .
RUN /opt/lab/bin/pip install '.[share]' -c constraints.txt && mkdir -m 0700 /data /data/datasets /data/runs
# PyTorch's headers and its own tests, 145 MB that nobody compiles against here.
RUN rm -rf /opt/lab/lib/python3.*/site-packages/torch/include /opt/lab/lib/python3.*/site-packages/torch/test


FROM python:3.11-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b

# The code is root's and can only be read; the data is the app's user's, who has a number and no name, and outlives the container.
COPY --from=build /opt/lab /opt/lab
COPY --from=build --chown=10001:10001 /data /data
ENV PATH=/opt/lab/bin:$PATH HOME=/data PYTHONDONTWRITEBYTECODE=1 NASH_DATA_HOME=/data/datasets NASH_RUNS_HOME=/data/runs
VOLUME /data
WORKDIR /data
USER 10001:10001

EXPOSE 8501
# Every unknown path answers 200 with the app's page, so the check reads the body.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD \
    ["python", "-c", "import urllib.request as u; assert u.urlopen('http://127.0.0.1:8501/_stcore/health').read() == b'ok'"]
# In the container the app has to listen on every address; the port above is published on this machine only. What is said behind the
# image's name is added: --host lab.example.org, --codes /codes.txt.
ENTRYPOINT ["nash-lab", "serve", "--address=0.0.0.0"]
