# One worker. Run it with a property file of yours, whose bootstrap.servers is an address that the container reaches:
#   docker run -v ./worker.properties:/etc/isthmus/worker.properties isthmus connect-standalone /etc/isthmus/worker.properties
FROM python:3.13-slim AS build
WORKDIR /opt/isthmus
COPY requirements.txt ./
COPY sdk ./sdk
RUN python3 -m venv .venv && .venv/bin/pip install --no-cache-dir --disable-pip-version-check -r requirements.txt

FROM python:3.13-slim
ENV PYTHONUNBUFFERED=1 \
    PATH=/opt/isthmus/bin:/opt/isthmus/.venv/bin:$PATH
RUN useradd --uid 10001 --create-home connect && install -d -o connect /data
WORKDIR /opt/isthmus
COPY --from=build /opt/isthmus ./
COPY app ./app
COPY workers ./workers
COPY converters ./converters
COPY connectors ./connectors
COPY bin ./bin
COPY config ./config
# The user of the worker cannot write here, so the bytecode is made now.
RUN .venv/bin/python -m compileall -q app workers converters connectors sdk

USER connect
# What relative paths in configurations are relative to, and where a volume belongs: offsets, files of FileStream connectors.
WORKDIR /data
EXPOSE 8083
# For a worker that listens elsewhere: docker run -e ISTHMUS_HEALTH_URL=https://localhost:8443/health. One that wants a login is alive.
ENV ISTHMUS_HEALTH_URL=http://localhost:8083/health
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["python", "-P", "/opt/isthmus/workers/health_check.py"]
# What GET / shows as the commit: docker build --build-arg ISTHMUS_COMMIT=$(git rev-parse HEAD)
ARG ISTHMUS_COMMIT=
ENV ISTHMUS_COMMIT=$ISTHMUS_COMMIT
# The worker takes the shell's place, so the signal to stop reaches it.
STOPSIGNAL SIGTERM
CMD ["connect-standalone", "/opt/isthmus/config/connect-standalone.properties"]
