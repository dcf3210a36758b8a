from collections.abc import Callable, Iterator

import pytest

from tests.mail.scripted_server import ScriptedServer


@pytest.fixture
def scripted_server() -> Iterator[Callable[[str], ScriptedServer]]:
    """`scripted_server("dot_drop")`: a running mail server with that fault."""
    running = []

    def start(fault: str = "") -> ScriptedServer:
        server = ScriptedServer(fault)
        server.start()
        running.append(server)
        return server

    yield start
    for server in running:
        server.stop()
