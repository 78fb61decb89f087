# docker build -t nash-bargaining-lab . && docker run --rm -p 127.0.0.1:8501:8501 -v nash-lab:/data nash-bargaining-lab
# PyTorch is the build for the CPU; with --build-arg TORCH=cuda it is the registry's own, for CUDA.
FROM python:3.11-slim

ARG TORCH=cpu
ENV PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
# Datasets and runs outlive the container in the volume above.
ENV NASH_DATA_HOME=/data/datasets NASH_RUNS_HOME=/data/runs

WORKDIR /source
COPY constraints.txt ./
RUN pip install torch -c constraints.txt $(test "$TORCH" = cuda || echo --extra-index-url https://download.pytorch.org/whl/cpu)
COPY . .
RUN pip install '.[lab]' -c constraints.txt

RUN useradd --create-home lab && mkdir -p /data/datasets /data/runs && chown -R lab /data
VOLUME /data
USER lab
WORKDIR /home/lab

EXPOSE 8501
# Every unknown path answers 200 with the app's page, so the check reads the body.
HEALTHCHECK --interval=30s --start-period=30s CMD \
    ["python", "-c", "import urllib.request as u; assert u.urlopen('http://127.0.0.1:8501/_stcore/health').read() == b'ok'"]
# Inside the container the app has to listen on every address; the port above is published on this machine only.
CMD ["nash-lab", "serve", "--address=0.0.0.0"]
