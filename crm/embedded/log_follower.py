"""Shows on the terminal what the children write to their logs.

The children write straight to files, so that a supervisor that is stopped or gone never blocks them; this reads the
files after them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

_CHUNK = 256 * 1024


@dataclass
class LogFollower:
    """Follows one log from its present end and hands on each whole line with a prefix."""

    prefix: str
    log: Path
    show: Callable[[str], None]
    _position: int = field(default=0, init=False)
    _rest: bytes = field(default=b"", init=False)

    def __post_init__(self) -> None:
        self._position = self._size()

    def _size(self) -> int:
        return self.log.stat().st_size if self.log.exists() else 0

    def show_new_lines(self) -> None:
        """Show what was written since the last call. A log that was put aside is followed from its new beginning."""
        size = self._size()
        if size < self._position:
            self._position, self._rest = 0, b""
        while self._position < size:
            with self.log.open("rb") as file:
                file.seek(self._position)
                read = file.read(min(_CHUNK, size - self._position))
            self._position += len(read)
            *lines, self._rest = (self._rest + read).split(b"\n")
            for line in lines:
                self.show(self.prefix + line.decode(errors="replace").rstrip())
            if not read:
                return
