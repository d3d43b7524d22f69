# One image a service, each with its own package, the chassis and the contracts, and nothing of the others:
#   docker build --target households .        (gateway, households, employment, risk)
# All run as user 10001 on a read-only root file system; /data and /keys are volumes.

FROM python:3.11-slim-bookworm AS python
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1

FROM python AS install-gateway
COPY requirements/gateway.txt /lock.txt
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --require-hashes --only-binary :all: --no-deps -r /lock.txt

FROM python AS install-households
COPY requirements/households.txt /lock.txt
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --require-hashes --only-binary :all: --no-deps -r /lock.txt

FROM python AS install-employment
COPY requirements/employment.txt /lock.txt
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --require-hashes --only-binary :all: --no-deps -r /lock.txt

FROM python AS install-risk
COPY requirements/risk.txt /lock.txt
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --require-hashes --only-binary :all: --no-deps -r /lock.txt

FROM python AS ground
ENV PATH=/opt/venv/bin:$PATH PYTHONPATH=/app:/app/proto
WORKDIR /app
# Volumes take the owner of the folder they are mounted over.
RUN install -d -o 10001 -g 10001 /data /keys /keys/gateway /keys/households /keys/employment /keys/risk
COPY docker/health.py docker/keys.py /app/
COPY chassis /app/chassis
COPY proto/contracts /app/proto/contracts
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["python", "/app/health.py"]
STOPSIGNAL SIGTERM

FROM ground AS gateway
COPY --from=install-gateway /opt/venv /opt/venv
COPY gateway /app/gateway
RUN python -m compileall -q /app
USER 10001:10001
EXPOSE 8400
ENTRYPOINT ["python", "-m", "gateway"]

FROM ground AS households
COPY --from=install-households /opt/venv /opt/venv
COPY households_service /app/households_service
RUN python -m compileall -q /app
USER 10001:10001
EXPOSE 8410 8411
ENTRYPOINT ["python", "-m", "households_service"]
CMD ["all"]

FROM ground AS employment
COPY --from=install-employment /opt/venv /opt/venv
COPY employment_service /app/employment_service
# Where the loops of matching are kept once compiled.
ENV NUMBA_CACHE_DIR=/data/compiled
RUN python -m compileall -q /app
USER 10001:10001
EXPOSE 8420 8421
ENTRYPOINT ["python", "-m", "employment_service"]
CMD ["all"]

FROM ground AS risk
COPY --from=install-risk /opt/venv /opt/venv
COPY risk_service /app/risk_service
RUN python -m compileall -q /app
USER 10001:10001
EXPOSE 8430 8431
ENTRYPOINT ["python", "-m", "risk_service"]
CMD ["all"]
