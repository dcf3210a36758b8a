"""What the image is built of and what compose runs, run for real without Docker.

The tree is copied as the Dockerfile would copy it, so what .dockerignore leaves out is missing here too. Addresses and
paths are this machine's; commands, health checks and everything else are those of docker-compose.yml.
"""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from crm.embedded.binaries import postgres_program
from crm.embedded.postgres import SUPERUSER
from crm.embedded.processes import Process, start
from crm.embedded.temporary import TemporaryPostgres
from tests import servers
from tests.architecture.tree import ROOT
from tests.infra.running import clean_environment
from tests.infra.test_compose import OURS, SERVICES
from tests.infra.waiting import eventually

PASSWORDS = {"DB_OWNER_PASSWORD": "own'er; --", "DB_APP_PASSWORD": "app"}
PROXY = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7", "Host": "crm.example.ac.uk"}
pytestmark = pytest.mark.workers


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder /app of the image, static files collected."""
    app = tmp_path_factory.mktemp("image") / "app"
    left_out = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
    )
    for name in listed.stdout.decode().splitlines():
        if not any(fnmatch(part, rule) for part in (name, name.split("/")[0]) for rule in left_out):
            target = app / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((ROOT / name).read_bytes())
    run(app, ["python", "-m", "compileall", "-q", "crm", "employers", "sponsorships", "events", "workers"])
    run(app, ["python", "manage.py", "collectstatic", "--no-input", "--settings", "crm.settings.build"])
    return app


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """An empty PostgreSQL on which docker/create-roles.sh has run, as the image of postgres runs it."""
    with TemporaryPostgres() as server:
        with psycopg.connect(server.cluster.url(SUPERUSER, "postgres"), autocommit=True) as superuser:
            for role in ("anchorpoint_app", "anchorpoint_owner"):  # the embedded server made them its own way
                superuser.execute(f"DROP OWNED BY {role}")
                superuser.execute(f"DROP ROLE {role}")
        path = f"{Path(postgres_program('psql')).parent}:{os.environ['PATH']}"
        given = {"POSTGRES_USER": SUPERUSER, "PGHOST": str(server.cluster.sockets), "PATH": path, **PASSWORDS}
        subprocess.run(["sh", ROOT / "docker/create-roles.sh"], env={**os.environ, **given}, check=True)
        yield server.urls("anchorpoint")


def environment(service: str, database: SimpleNamespace, **more: str) -> dict[str, str]:
    """What compose gives the service, with this machine's addresses."""
    here = {
        "DATABASE_URL": database.app_url,
        "DATABASE_OWNER_URL": database.owner_url,
        "REDIS_URL": servers.valkey.url,
        "SITE_URL": "https://crm.example.ac.uk",
        "EMAIL_URL": "smtp://127.0.0.1:9",
        "SECRET_KEY": "k" * 25 + "0123456789abcdefghijklmnop",
        "LEARNER_HASH_KEY": "l" * 60,
        "SECOND_FACTOR_KEY": "s" * 60,
        "HEALTH_DISKS": "/",
        **more,
    }
    given = {name: here[name] for name, value in OURS[service]["environment"].items() if value is not None}
    return clean_environment(**{**given, "DJANGO_SETTINGS_MODULE": "crm.settings.production", **more})


def words(command: list[str]) -> list[str]:
    """The command with the programs of this environment."""
    program = sys.executable if command[0] == "python" else str(Path(sys.executable).parent / command[0])
    return [program, *command[1:]]


def run(app: Path, command: list[str], given: dict[str, str] | None = None) -> str:
    done = subprocess.run(words(command), cwd=app, env=given, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def begin(app: Path, service: str, given: dict[str, str], log: Path) -> Process:
    with log.open("ab") as output:
        command = ["env", "-C", app, *words(SERVICES[service]["command"])]
        return start(command, output=output, environment=given)


def is_well(app: Path, service: str, given: dict[str, str], port: int) -> bool:
    """What the health check of the service says."""
    test = [part.replace(":8000/", f":{port}/") for part in SERVICES[service]["healthcheck"]["test"][1:]]
    return subprocess.run(words(test), cwd=app, env=given, capture_output=True, check=False).returncode == 0


def ask(port: int, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={**PROXY, **headers})
    with urllib.request.urlopen(request, timeout=10) as response:
        return response.status, dict(response.headers), response.read().decode()


def test_image_holds_what_runs_and_no_tests(image: Path) -> None:
    assert (image / "staticfiles/staticfiles.json").exists()
    assert (image / "docker/gunicorn.conf.py").exists()
    assert not any((image / name).exists() for name in ("tests", "docs", "benchmarks", ".ci", "requirements/test.lock"))


@pytest.mark.soak
def test_services_of_compose_work_together_and_say_that_they_are_well(
    image: Path, database: SimpleNamespace, tmp_path: Path
) -> None:
    run(image, SERVICES["migrate"]["command"], environment("migrate", database))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    given = {
        "web": environment("web", database, BIND=f"127.0.0.1:{port}", METRICS_TOKEN="scrape"),
        **{name: environment(name, database, HEARTBEAT_FILE=str(tmp_path / name)) for name in ("worker", "beat")},
    }
    assert not any("DATABASE_OWNER_URL" in each for each in given.values())
    running = {name: begin(image, name, given[name], tmp_path / f"{name}.log") for name in given}
    try:
        for name in running:
            eventually(lambda name=name: is_well(image, name, given[name], port), seconds=60, what=f"{name} is well")
        status, headers, html = ask(port, "/accounts/login/")
        assert status == 200 and "Strict-Transport-Security" in headers
        assert "Secure" in headers["Set-Cookie"] and "__Host-" in headers["Set-Cookie"]
        sheet = html.split('rel="stylesheet" href="')[1].split('"')[0]
        assert ask(port, sheet)[0] == 200, "the style sheet is among the collected files"
        scraped = ask(port, "/metrics", Authorization="Bearer scrape")[2]
        assert 'anchorpoint_health{check="role"} 0.0' in scraped
        assert 'anchorpoint_health{check="worker"} 0.0' in scraped
        run(image, ["python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"], given["web"])
        stopped = {name: process.stop(signal.SIGTERM, 45) for name, process in running.items()}
        assert stopped == dict.fromkeys(running, 0)
    except BaseException:
        print(*(f"--- {log.name}\n{log.read_text()[-3000:]}" for log in tmp_path.glob("*.log")), sep="\n")
        raise
    finally:
        for process in running.values():
            process.kill_group()
            process.popen.wait()
