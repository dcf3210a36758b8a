"""Templates are used, hold no inline script or style, and fail loudly on a variable that does not exist."""

import re

from django.template import engines

from tests.architecture.tree import name, python_files, templates

INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=[\"']|<script(?![^>]*\ssrc=)|hx-on|javascript:", re.IGNORECASE)
REFERENCE = re.compile(r"[\"']([\w/.-]+?\.(?:html|txt))(?:#[\w-]+)?[\"']")
# Found by a name that is put together: mails by their rule, error pages by their number.
IN_A_LANDED_MIGRATION = ('SEVEN = 7, "Level 7 (master\u2019s)"',)
BY_CONVENTION = re.compile(r"/email/|web/errors/|^account/|^usersessions/|^allauth/")


def _short(path):
    parts = path.parts
    return "/".join(parts[len(parts) - parts[::-1].index("templates") :])


def test_every_template_is_used():
    referenced = set()
    for path in (*python_files(), *templates()):
        referenced |= set(REFERENCE.findall(path.read_text()))
    unused = [_short(p) for p in templates() if _short(p) not in referenced and not BY_CONVENTION.search(_short(p))]
    assert unused == []


def test_pages_hold_no_inline_script_or_style():
    """The Content-Security-Policy would refuse them. Mail is read elsewhere and may style itself."""
    found = [
        f"{name(path)}: {match.group()}"
        for path in templates()
        if "email" not in path.parts
        for match in INLINE.finditer(path.read_text())
    ]
    assert found == []


def test_every_template_parses():
    for path in templates():
        engines["django"].get_template(_short(path))


def test_texts_write_one_apostrophe():
    """The straight one, as people type it into names and as a search for those names expects. Patterns that read what
    people typed take both."""
    found = [
        f"{name(path)}:{number}"
        for path in (*python_files(), *templates())
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if "\u2019" in line.replace("'\u2019", "") and line.strip() not in IN_A_LANDED_MIGRATION
    ]
    assert found == []
