# A small image without root: dependencies are installed in one stage, the other only runs.
FROM python:3.11-slim AS build
WORKDIR /app
RUN python -m venv /opt/venv
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY bot bot
COPY intents intents
RUN /opt/venv/bin/pip install --no-cache-dir -c constraints.txt -e '.[redis]' \
    && /opt/venv/bin/pip uninstall -y pip

FROM python:3.11-slim
WORKDIR /app
RUN useradd --system --uid 10001 --home-dir /var/lib/nihongo-doko --create-home nihongo-doko
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
COPY data data
COPY locales locales
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOST=0.0.0.0 \
    PORT=8080 \
    LOG_FORMAT=json \
    STORE_URL=sqlite:////var/lib/nihongo-doko/store.db \
    LINKS_FILE=/var/lib/nihongo-doko/links.json
USER 10001
VOLUME /var/lib/nihongo-doko
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=3s --start-period=15s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/healthz', timeout=2)"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["serve"]
