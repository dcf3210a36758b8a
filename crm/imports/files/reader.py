"""Reading a file through a child process. docs/adr tells why."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crm.imports.files.limits import MAX_FILE, Refused

ROOT = Path(__file__).resolve().parents[3]
LOOK_SECONDS = 20  # of the clock; the child bounds its own processor time to four
TOO_MUCH = "This file takes too long to read or needs too much memory. Save only the table you need as CSV."


@dataclass(frozen=True)
class Look:
    """How a file is read (format, encoding, separator, sheet, header row), its headers and its first rows."""

    reading: dict[str, Any]
    headers: list[str]
    sample: list[list[str]]


def look(path: Path, name: str, wanted: dict[str, Any] | None = None) -> Look:
    """What the file is. `wanted` overrides what would be detected. Raises Refused with a sentence for the person."""
    if path.stat().st_size > MAX_FILE:
        raise Refused(f"A file may have {MAX_FILE // 1024 // 1024} MB. Save only the table you need as CSV.")
    with _child("look", path, name, wanted or {}) as child:
        try:
            out, _ = child.communicate(timeout=LOOK_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise Refused(TOO_MUCH) from error
    return Look(**_understood(out.splitlines())[0])


def rows(path: Path, name: str, reading: dict[str, Any]) -> Iterator[tuple[int, list[str]]]:
    """Rows below the header, by number. Raises Refused, perhaps after some rows: use none of them then."""
    with _child("rows", path, name, reading) as child:
        ended = False
        for line in child.stdout:
            found = json.loads(line)
            if isinstance(found, dict):
                raise Refused(found["refused"])
            ended = found == "end"
            if not ended:
                yield found[0], found[1]
    if not ended:
        raise Refused(TOO_MUCH)


@contextmanager
def _child(mode: str, path: Path, name: str, wanted: dict[str, Any]) -> Iterator[subprocess.Popen]:
    """The process, with nothing of our environment: it needs no secret. It is gone afterwards, come what may."""
    command = [sys.executable, "-m", "crm.imports.files.child", mode, str(path), name, json.dumps(wanted)]
    child = subprocess.Popen(  # noqa: S603  no shell; the name is one argument
        command,
        cwd=ROOT,
        env={"PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
    )
    try:
        yield child
    finally:
        child.kill()
        child.stdout.close()
        child.wait()


def _understood(lines: list[bytes]) -> list[Any]:
    """What the child wrote. Raises Refused when it refused the file or did not live to the end."""
    found = [json.loads(line) for line in lines]
    if found and isinstance(found[-1], dict) and "refused" in found[-1]:
        raise Refused(found[-1]["refused"])
    if not found or found[-1] != "end":
        raise Refused(TOO_MUCH)
    return found[:-1]
