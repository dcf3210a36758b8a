"""Swagger UI, served from the wheel it is installed with: three of its files, and nothing from a CDN."""

from collections.abc import Iterable
from pathlib import Path

import drf_spectacular_sidecar
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

FOLDER = Path(drf_spectacular_sidecar.__file__).parent / "static/drf_spectacular_sidecar/swagger-ui-dist"
NAMES = {
    f"core/swagger/{name}": FOLDER / name for name in ("swagger-ui.css", "swagger-ui.css.map", "swagger-ui-bundle.js")
}


class SwaggerStorage(FileSystemStorage):
    """The three files under names of ours."""

    def path(self, name: str) -> str:
        return str(NAMES[name]) if name in NAMES else super().path(name)


class SwaggerFinder(BaseFinder):
    """A staticfiles finder for core/swagger/."""

    storage = SwaggerStorage(location=FOLDER)

    def find(self, path: str, find_all: bool = False, **kwargs: object) -> str | list[str]:
        """As Django asks for it: the file, or all files, of that name; an empty list when there is none."""
        if path not in NAMES:
            return []
        return [str(NAMES[path])] if find_all else str(NAMES[path])

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[tuple[str, SwaggerStorage]]:
        """Every file with the storage that opens it."""
        for name in NAMES:
            yield name, self.storage
