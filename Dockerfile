# One image for web, worker, beat, migrate and backup. docker-compose.yml runs them; docs/operations.md tells how.
FROM python:3.11.13-slim-bookworm AS build
WORKDIR /app
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
COPY requirements/runtime.lock requirements/
# Wheels with known hashes only: nothing is compiled, and pip itself stays out of the result.
RUN python -m venv --without-pip /opt/venv \
 && pip --python /opt/venv/bin/python install --require-hashes --only-binary :all: -r requirements/runtime.lock
COPY . .
# The image is not written to when it runs, so the product is compiled here: every start and each health check gains by it.
RUN /opt/venv/bin/python -m compileall -q crm employers sponsorships events workers \
 && /opt/venv/bin/python manage.py collectstatic --no-input --settings crm.settings.build

FROM python:3.11.13-slim-bookworm
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin anchorpoint \
 && install -d -o 10001 -g 10001 -m 0700 /backups
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=crm.settings.production
USER 10001:10001
EXPOSE 8000
CMD ["gunicorn", "--config", "docker/gunicorn.conf.py", "crm.wsgi:application"]
