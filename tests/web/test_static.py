"""What production serves: hashed names, the font from its wheel, nothing from elsewhere."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import override_settings

import crm.web

ROOT = Path(crm.web.__file__).parent
STORAGES = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}


def test_collected_style_sheet_points_at_the_hashed_font(tmp_path) -> None:
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=STORAGES):
        call_command("collectstatic", verbosity=0, interactive=False)
    collected = next(tmp_path.glob("web/tokens.*.css")).read_text()
    font = re.search(r'url\("(fonts/inter\.[0-9a-f]+\.ttf)"\)', collected)[1]
    assert (tmp_path / "web" / font).stat().st_size > 100_000


@pytest.mark.parametrize("file", sorted(ROOT.glob("static/web/*.*s")), ids=lambda file: file.name)
def test_style_and_script_load_nothing_from_elsewhere(file: Path) -> None:
    text = file.read_text()
    assert not re.search(r"https?://|@import|\beval\(|new Function|innerHTML = `", text)


@pytest.mark.parametrize("file", sorted(ROOT.glob("templates/**/*.html")), ids=lambda file: file.name)
def test_template_says_what_it_is_and_keeps_to_the_policy(file: Path) -> None:
    text = file.read_text()
    assert text.startswith("{#")
    assert not re.search(r'\sstyle="|<style|\son[a-z]+="|hx-on|hx-vals=.js:|<script>|javascript:', text)


def test_whole_style_is_small() -> None:
    """A phone on a school's network gets all of it in one go."""
    assert sum(sheet.stat().st_size for sheet in ROOT.glob("static/web/*.css")) < 60_000
