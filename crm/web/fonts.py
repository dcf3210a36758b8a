"""Inter, served from the wheel it is installed with: nothing is copied into the repository or fetched from a CDN."""

from collections.abc import Iterable
from pathlib import Path

import fontpkg_inter
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

NAME = "web/fonts/inter.ttf"
FILE = Path(fontpkg_inter.ROOT) / "files" / "Inter[opsz,wght].ttf"


class FontStorage(FileSystemStorage):
    """One file under a name that needs no escaping in a style sheet."""

    def path(self, name: str) -> str:
        return str(FILE) if name == NAME else super().path(name)


class InterFinder(BaseFinder):
    """A staticfiles finder that finds web/fonts/inter.ttf in the fontpkg-inter wheel."""

    storage = FontStorage(location=FILE.parent)

    def find(self, path: str, find_all: bool = False, **kwargs: object) -> str | list[str]:
        if path != NAME:
            return []
        return [str(FILE)] if find_all else str(FILE)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[tuple[str, FontStorage]]:
        yield NAME, self.storage
