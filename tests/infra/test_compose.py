"""What can be said of Dockerfile and docker-compose.yml without Docker. What they run is run in test_image.py."""

import ast
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from compose_spec import PyCompose

from crm.management.commands.up import queue_names
from tests.architecture.tree import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
LONG_RUNNING = {name: service for name, service in SERVICES.items() if service.get("restart") != "no"}
OURS = {name: service for name, service in SERVICES.items() if service["image"].startswith("anchorpoint:")}
DOCKERFILE = (ROOT / "Dockerfile").read_text()
ENV_EXAMPLE = (ROOT / ".env.example").read_text()
PROGRAMS = Path(sys.executable).parent


def test_compose_file_follows_the_specification() -> None:
    """Keys, values, durations, and that every network and volume is defined. Anchors are resolved first."""
    PyCompose.from_yaml(yaml.safe_dump(COMPOSE)).validate()
    assert {"postgres", "redis", "migrate", "web", "worker", "beat"} <= set(SERVICES)


@pytest.mark.parametrize(
    "command",
    [["hadolint", "--failure-threshold", "info", "Dockerfile"], ["compose-lint", "check", "docker-compose.yml"]],
    ids=lambda command: command[0],
)
def test_linters_find_nothing(command: list[str]) -> None:
    done = subprocess.run([PROGRAMS / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", SERVICES)
def test_service_is_pinned_unprivileged_and_contained(name: str) -> None:
    service = SERVICES[name]
    assert re.search(r":\d+\.\d+(\.\d+)?(-\w+)?$", service["image"]), "a moving tag is another program tomorrow"
    assert service["user"] not in ("root", "0", "0:0")
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"] and service["pids_limit"] and service["logging"]
    assert service["stop_grace_period"] == "45s", "a warm shutdown of a worker was measured at up to 33 seconds"


@pytest.mark.parametrize("name", LONG_RUNNING)
def test_long_running_service_says_whether_it_is_well(name: str) -> None:
    check = LONG_RUNNING[name]["healthcheck"]
    assert check["test"][0] == "CMD"
    assert {"interval", "timeout", "retries"} <= set(check)


def test_nothing_but_web_is_reached_from_outside_and_that_from_this_machine_alone() -> None:
    assert {name: service["ports"] for name, service in SERVICES.items() if "ports" in service} == {
        "web": ["127.0.0.1:8000:8000"]
    }
    assert COMPOSE["networks"]["back"] == {"internal": True}
    assert SERVICES["postgres"]["networks"] == SERVICES["redis"]["networks"] == ["back"]


def test_only_what_migrates_and_backs_up_holds_the_owners_address() -> None:
    holders = {name for name, service in OURS.items() if "DATABASE_OWNER_URL" in service["environment"]}
    assert holders == {"migrate", "backup"}
    assert not any("SUPERUSER" in str(service["environment"]) for service in OURS.values())


def test_no_secret_is_written_down() -> None:
    """Each comes from the environment, and compose refuses to start without it."""
    for service in SERVICES.values():
        for name, value in service["environment"].items():
            if re.search("PASSWORD|KEY|AUTH|_URL", name):
                assert re.search(r"\$\{\w+:\?see \.env\.example\}", value), name
    assert re.findall(r"^(?:\w*(?:KEY|PASSWORD|TOKEN))=(.+)$", ENV_EXAMPLE, re.MULTILINE) == []


def read_by(*files: str) -> set[str]:
    """The names of the environment variables that these files read."""
    return {name for file in files for name in _names_read(ast.parse((ROOT / file).read_text()))}


def _names_read(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.For) and isinstance(
            node.iter, ast.Call
        ):  # for _name, _hint in {...}.items(): read(_name)
            yield from (key.value for key in getattr(node.iter.func.value, "keys", []))
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = ast.unparse(node.func)
            if called in ("read", "read_flag", "read_list", "read_count", "os.environ.get"):
                yield node.args[0].value


# A college's own sign-in has as many variables as there are colleges: a file of their own, which web alone is given.
IN_A_FILE = {"SINGLE_SIGN_ON"}


def settings_of_a_server() -> set[str]:
    files = [path.relative_to(ROOT) for path in (ROOT / "crm/settings").glob("*.py")]
    return read_by(*(str(path) for path in files if path.stem not in ("dev", "test", "env", "build")))


def test_every_variable_of_the_settings_reaches_the_containers_and_no_other_does() -> None:
    given = {name for service in OURS.values() for name in service["environment"]}
    assert SERVICES["web"]["env_file"] == [{"path": "single-sign-on.env", "required": False}]
    assert settings_of_a_server() - given == IN_A_FILE, "name it under x-settings in docker-compose.yml"
    assert given - settings_of_a_server() == set(), "nothing reads it"


def test_example_of_the_environment_names_every_variable_and_no_other() -> None:
    named = set(re.findall(r"^(?:# )?([A-Z][A-Z_]+)=", ENV_EXAMPLE, re.MULTILINE))
    named = {name for name in named if not name.startswith("SINGLE_SIGN_ON_")}
    asked = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    for_make_run = read_by("crm/settings/dev.py") | {"PORT"}
    assert (settings_of_a_server() | asked) - named == set(), "say in .env.example what it is for"
    assert named - settings_of_a_server() - asked - for_make_run == set(), "nothing reads it"


def test_worker_serves_every_queue() -> None:
    words = SERVICES["worker"]["command"]
    assert sorted(words[words.index("--queues") + 1].split(",")) == queue_names()


def test_image_has_stages_wheels_with_hashes_and_no_root() -> None:
    assert len(re.findall(r"^FROM python:3\.\d+\.\d+-slim-\w+", DOCKERFILE, re.MULTILINE)) == 2
    assert "--require-hashes --only-binary :all: -r requirements/runtime.lock" in DOCKERFILE
    assert "test.lock" not in DOCKERFILE
    assert re.search(r"^USER 10001:10001$", DOCKERFILE, re.MULTILINE)
    assert {service["user"] for service in OURS.values()} == {"10001:10001"}
    command = ast.literal_eval(re.search(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE).group(1))
    assert command == SERVICES["web"]["command"]


def test_image_leaves_out_what_the_product_does_not_run() -> None:
    left_out = set((ROOT / ".dockerignore").read_text().split())
    assert {"tests", "benchmarks", "docs", ".git", ".env", ".data", ".venv"} <= left_out


def test_every_entry_point_exists() -> None:
    for name, service in OURS.items():
        program, *words = service["command"]
        assert program in ("python", "celery", "gunicorn"), shlex.join(service["command"])
        if program == "python":
            command = words[1]
            assert list(ROOT.glob(f"*/management/commands/{command}.py")), name
