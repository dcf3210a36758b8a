"""Reading a page as a person does."""

import re
from html import unescape
from typing import Any


def text(response: Any) -> str:
    """The words of a page."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())))
