# docker build -t nash-bargaining-lab . && docker run --rm -p 127.0.0.1:8501:8501 -v nash-lab:/data nash-bargaining-lab
FROM python:3.11-slim

ENV PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
# Datasets and runs outlive the container in the volume above.
ENV NASH_DATA_HOME=/data/datasets NASH_RUNS_HOME=/data/runs
WORKDIR /lab

COPY requirements.txt constraints.txt ./
RUN pip install -r requirements.txt -c constraints.txt

RUN useradd --create-home lab && mkdir -p /data/datasets /data/runs && chown -R lab /data
VOLUME /data
COPY --chown=lab . .
USER lab

EXPOSE 8501
# Every unknown path answers 200 with the app's page, so the check reads the body.
HEALTHCHECK --interval=30s --start-period=30s CMD \
    ["python", "-c", "import urllib.request as u; assert u.urlopen('http://127.0.0.1:8501/_stcore/health').read() == b'ok'"]
# Inside the container the app has to listen on every address; the port above is published on this machine only.
CMD ["python", "-m", "streamlit", "run", "app.py", "--server.address=0.0.0.0", "--server.fileWatcherType=none"]
