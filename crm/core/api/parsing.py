"""Reading JSON, and refusing what a database or a log cannot hold before anything else looks at it."""

import json
from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from crm.core.api.problems import Problem, escape

LARGEST = 2**63 - 1
DEEPEST = 20


class StrictJSONParser(BaseParser):
    """One JSON object or array in UTF-8: no NaN, no name twice, no NUL, no half character, no number beyond 64 bits."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """Raises ParseError (400) or Problem with a pointer to the culprit."""
        try:
            text = stream.read().decode("utf-8")
            data = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_once_each)
        except UnicodeDecodeError as error:
            raise ParseError("The body is not UTF-8.") from error
        except RecursionError as error:
            raise ParseError("The body is nested too deeply.") from error
        except ValueError as error:
            raise ParseError(f"The body is not JSON: {_said(error)}") from error
        _check(data, "", 0)
        return data


def _said(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at line {error.lineno}, column {error.colno}."
    return "a number or a name in it is not allowed."


def _no_constant(word: str) -> None:
    raise ValueError(word)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _check(value: Any, pointer: str, depth: int) -> None:
    if depth > DEEPEST:
        raise ParseError("The body is nested too deeply.")
    if isinstance(value, str) and not storable(value):
        _refuse(pointer, "This text holds a NUL or half of a character. Send it without.")
    if isinstance(value, int | float) and not -LARGEST <= value <= LARGEST:
        _refuse(pointer, "This number is too large.")
    if isinstance(value, dict):
        if not all(storable(name) for name in value):
            _refuse(pointer, "A name in this object holds a NUL or half of a character.")
        for name, inner in value.items():
            _check(inner, f"{pointer}/{escape(name)}", depth + 1)
    if isinstance(value, list):
        for place, inner in enumerate(value):
            _check(inner, f"{pointer}/{place}", depth + 1)


def storable(text: str) -> bool:
    """Whether PostgreSQL and UTF-8 can hold it: no NUL and no lone surrogate."""
    return "\x00" not in text and not any("\ud800" <= c <= "\udfff" for c in text)


def _refuse(pointer: str, detail: str) -> None:
    raise Problem("invalid", errors=[{"pointer": pointer, "code": "unstorable", "detail": detail}])
