"""The order of packages and layers holds, and the contract that says so bites."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import PACKAGES, ROOT

SABOTAGE = [
    ("crm/base/money.py", "import employers.models", "Packages import only towards the ground floor"),
    ("employers/models.py", "import sponsorships.models", "Packages import only towards the ground floor"),
    ("events/models.py", "import workers.tasks", "Packages import only towards the ground floor"),
    ("crm/base/clock.py", "import crm.outbox.models", "Layers of the ground floor"),
    ("employers/models.py", "import employers.actions", "Layers of a domain app"),
    ("employers/validators.py", "import celery", "Celery is known"),
    ("crm/core/views.py", "import crm.settings.base", "Nobody imports the settings"),
]


def _lint(tree: Path) -> subprocess.CompletedProcess:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"]
    return subprocess.run(command, cwd=tree, capture_output=True, text=True, env={"PYTHONPATH": str(tree)})


def _copy(tmp_path: Path) -> Path:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("static", "__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_imports_keep_their_order():
    run = _lint(ROOT)
    assert run.returncode == 0, run.stdout


def test_a_planted_import_breaks_its_contract(tmp_path):
    tree = _copy(tmp_path)
    for file, line, contract in SABOTAGE:
        path = _existing(tree, file)
        before = path.read_text()
        path.write_text(before + f"\n{line}\n")
        run = _lint(tree)
        path.write_text(before)
        broken = [out for out in run.stdout.splitlines() if out.endswith("BROKEN")]
        assert any(out.startswith(contract) for out in broken), f"{line} in {file} went unnoticed"


def _existing(tree: Path, file: str) -> Path:
    """models.py may have become models/__init__.py."""
    path = tree / file
    if path.exists():
        return path
    package = path.with_suffix("") / "__init__.py"
    return package if package.exists() else pytest.fail(f"{file} is gone: choose another place to sabotage")
