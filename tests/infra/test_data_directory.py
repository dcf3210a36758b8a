"""What a data directory holds, and when it is refused."""

import json
import os
import stat
import threading
from pathlib import Path

import pytest

from crm.embedded.endpoints import endpoints, write_down
from crm.embedded.errors import EmbeddedError
from crm.embedded.lock import only_run
from crm.embedded.postgres import Cluster, program_major
from crm.embedded.secret_files import read_or_create
from crm.embedded.sockets import LONGEST_SOCKET_PATH, make_socket_directory, socket_directory
from crm.embedded.temporary import TemporaryPostgres

OTHER_ACCOUNT = 12345
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to another account")


@pytest.fixture
def cluster(tmp_path: Path) -> Cluster:
    """A directory that looks like a finished cluster of the installed major version."""
    data = tmp_path / "postgres"
    (data / "global").mkdir(parents=True, mode=0o700)
    (data / "global" / "pg_control").write_bytes(b"control")
    (data / "PG_VERSION").write_text(f"{program_major()}\n")
    return Cluster(tmp_path)


def test_cluster_of_another_major_version_is_refused_and_left_alone(cluster: Cluster) -> None:
    (cluster.data / "PG_VERSION").write_text("17\n")
    with pytest.raises(EmbeddedError, match=r"written by PostgreSQL 17.*manage\.py backup.*manage\.py restore"):
        cluster.prepare()
    assert (cluster.data / "global" / "pg_control").read_bytes() == b"control"


def test_cluster_of_the_same_major_version_is_kept(cluster: Cluster) -> None:
    cluster.prepare()
    assert (cluster.data / "global" / "pg_control").read_bytes() == b"control"


@as_root
def test_cluster_of_another_account_is_refused(cluster: Cluster) -> None:
    os.chown(cluster.data, OTHER_ACCOUNT, OTHER_ACCOUNT)
    with pytest.raises(EmbeddedError, match=f"belongs to account number {OTHER_ACCOUNT}.*DATA_DIR"):
        cluster.prepare()


@as_root
def test_secret_of_another_account_is_refused_with_what_to_do(tmp_path: Path) -> None:
    secret = tmp_path / "secret_key"
    read_or_create(secret)
    child = os.fork()
    if child == 0:  # as another account, which cannot read it
        os.chmod(tmp_path, 0o755)
        os.setuid(OTHER_ACCOUNT)
        try:
            read_or_create(secret)
        except EmbeddedError as error:
            os._exit(0 if "DATA_DIR" in str(error) else 1)
        except PermissionError:  # pytest's own directory above it is private
            os._exit(2)
        os._exit(3)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_interrupted_initdb_is_begun_afresh(tmp_path: Path) -> None:
    half = tmp_path / "postgres" / "base" / "1"
    half.mkdir(parents=True)
    (half / "112").write_bytes(b"half")
    (tmp_path / "postgres").chmod(0o700)
    with TemporaryPostgres(tmp_path) as postgres:
        assert postgres.cluster.is_ready()


@pytest.mark.parametrize("length", [20, 60, 78, 79, 80, 90, 200])
def test_socket_path_is_short_enough_however_deep_the_data_lies(length: int) -> None:
    deep = Path("/" + "d" * (length - 1))
    assert len(str(Cluster(deep).sockets / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH
    assert socket_directory(deep) == socket_directory(deep)


def test_server_runs_in_a_directory_whose_path_is_too_long_for_a_socket(tmp_path: Path) -> None:
    deep = tmp_path / ("a" * 60) / ("b" * 60)
    with TemporaryPostgres(deep) as postgres:
        assert postgres.cluster.is_ready()
        assert not (deep / "run").exists()
        assert stat.S_IMODE(postgres.cluster.sockets.stat().st_mode) == 0o700


@as_root
def test_socket_directory_that_somebody_else_made_first_is_refused(tmp_path: Path) -> None:
    taken = tmp_path / "run"
    taken.mkdir()
    os.chown(taken, OTHER_ACCOUNT, OTHER_ACCOUNT)
    with pytest.raises(EmbeddedError, match="belongs to another account"):
        make_socket_directory(tmp_path, "valkey")


def test_socket_directory_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "run").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(EmbeddedError, match="belongs to another account"):
        make_socket_directory(tmp_path, "valkey")


def test_secret_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "secret_key"
    secret = read_or_create(path)
    assert len(secret) >= 50
    assert read_or_create(path) == secret
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(path.parent) == ["secret_key"]


def test_secret_is_the_same_for_all_who_make_it_at_once(tmp_path: Path) -> None:
    barrier = threading.Barrier(8)
    found: list[str] = []

    def make() -> None:
        barrier.wait()
        found.append(read_or_create(tmp_path / "secret_key"))

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_secret_that_was_emptied_is_refused_and_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "learner_hash_key").touch()
    with pytest.raises(EmbeddedError, match="is empty"):
        read_or_create(tmp_path / "learner_hash_key")
    assert (tmp_path / "learner_hash_key").read_text() == ""


def test_directory_is_held_by_one_run_at_a_time(tmp_path: Path) -> None:
    with (
        only_run(tmp_path),
        pytest.raises(EmbeddedError, match=rf"process {os.getpid()}.*DATA_DIR"),
        only_run(tmp_path),
    ):
        pass
    with only_run(tmp_path):
        assert (tmp_path / "up.lock").read_text() == str(os.getpid())


def test_endpoints_follow_from_the_directory_alone(tmp_path: Path) -> None:
    found = endpoints(tmp_path, {})
    assert found["DATABASE_URL"].startswith("postgresql://anchorpoint_app@")
    assert found["DATABASE_OWNER_URL"].startswith("postgresql://anchorpoint_owner@")
    assert found["REDIS_URL"] == f"redis+socket://{tmp_path}/run/valkey/valkey.sock"
    assert endpoints(tmp_path, {}) == found


def test_endpoints_given_in_the_environment_win(tmp_path: Path) -> None:
    given = {
        "DATABASE_URL": "postgresql://a@db/x",
        "DATABASE_OWNER_URL": "postgresql://o@db/x",
        "REDIS_URL": "redis://elsewhere/0",
        "EMAIL_URL": "smtp://mail:25",
        "SITE_URL": "https://crm.example.ac.uk",
    }
    write_down(tmp_path, email_url="smtp://127.0.0.1:2525", site_url="http://localhost:8001")
    assert endpoints(tmp_path, given) == given


def test_endpoints_include_the_ports_that_a_run_wrote_down(tmp_path: Path) -> None:
    write_down(tmp_path, email_url="smtp://127.0.0.1:2525", site_url="http://localhost:8001")
    found = endpoints(tmp_path, {})
    assert (found["EMAIL_URL"], found["SITE_URL"]) == ("smtp://127.0.0.1:2525", "http://localhost:8001")


@pytest.mark.parametrize("content", ["", "{", json.dumps({"OTHER": "x"})])
def test_endpoints_do_without_a_damaged_note(tmp_path: Path, content: str) -> None:
    (tmp_path / "endpoints.json").write_text(content)
    assert endpoints(tmp_path, {})["SITE_URL"] == "http://localhost:8000"


@pytest.mark.parametrize("given", ["DATABASE_URL", "DATABASE_OWNER_URL"])
def test_one_database_url_without_the_other_is_refused(tmp_path: Path, given: str) -> None:
    missing = ({"DATABASE_URL", "DATABASE_OWNER_URL"} - {given}).pop()
    with pytest.raises(EmbeddedError, match=f"{given} is set and {missing} is not. Set both"):
        endpoints(tmp_path, {given: "postgresql://x@db/x"})
