from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from chassis.embedded import EngineFailed, Engines, processes
from chassis.embedded.account import Manner
from chassis.embedded.provision import plain_url, provision

REPOSITORY = Path(__file__).resolve().parents[4]


@pytest.fixture
def data() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="holdfast-engine-"))
    folder.chmod(0o711)
    yield folder / "data"
    shutil.rmtree(folder)


@pytest.fixture
async def own_engines(data: Path) -> AsyncIterator[Engines]:
    async with Engines.prepare(data, services=("risk",)) as engines:
        yield engines


async def _write(url: str, value: int) -> None:
    connection = await asyncpg.connect(plain_url(url))
    await connection.execute("create table if not exists kept (value int)")
    await connection.execute("insert into kept values ($1)", value)
    await connection.close()


async def _kept(url: str) -> list[int]:
    connection = await asyncpg.connect(plain_url(url))
    rows = await connection.fetch("select value from kept order by value")
    await connection.close()
    return [row["value"] for row in rows]


async def test_each_service_opens_its_own_database_only_and_is_no_superuser(engines: Engines) -> None:
    connection = await asyncpg.connect(plain_url(engines.postgres.url("households")))
    row = await connection.fetchrow(
        "select current_database() as db, rolsuper, rolcreatedb, rolcreaterole from pg_roles"
        " where rolname = current_user"
    )
    await connection.close()
    assert row is not None
    assert tuple(row) == ("holdfast_households", False, False, False)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(plain_url(engines.postgres.url("households")), database="holdfast_risk")


async def test_a_wrong_password_is_refused(engines: Engines) -> None:
    url = plain_url(engines.postgres.url("risk"))
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(url, password="guessed")


async def test_the_server_listens_on_loopback_without_unix_socket_and_logs_no_values(
    engines: Engines,
) -> None:
    connection = await asyncpg.connect(plain_url(engines.postgres.admin_url))
    shown = [
        await connection.fetchval(f"show {name}")
        for name in ("listen_addresses", "unix_socket_directories", "log_error_verbosity", "shared_buffers")
    ]
    with pytest.raises(asyncpg.UniqueViolationError):
        await connection.execute(
            "create temp table t (v text unique); insert into t values ('CANARY-1'); insert into t values ('CANARY-1')"
        )
    await connection.close()
    assert shown == ["127.0.0.1", "", "terse", "64MB"]
    log = engines.postgres.log.read_text()
    assert "duplicate key value" in log
    assert "CANARY-1" not in log


async def test_extensions_the_services_need_can_be_made_by_their_role(empty_database_url: str) -> None:
    connection = await asyncpg.connect(plain_url(empty_database_url))
    for extension in ("pg_trgm", "ltree", "btree_gist"):
        await connection.execute(f"create extension {extension}")
    await connection.close()


async def test_provisioning_again_changes_nothing_and_mends_a_changed_password(own_engines: Engines) -> None:
    postgres = own_engines.postgres
    await _write(postgres.url("risk"), 1)
    await postgres.provision(["risk"])
    admin = await asyncpg.connect(plain_url(postgres.admin_url))
    before = await admin.fetchval("select rolpassword from pg_authid where rolname = 'holdfast_risk'")
    await postgres.provision(["risk"])
    assert before == await admin.fetchval("select rolpassword from pg_authid where rolname = 'holdfast_risk'")
    await admin.execute("alter role holdfast_risk password 'other'")
    await admin.close()
    await postgres.provision(["risk"])
    assert await _kept(postgres.url("risk")) == [1]


async def test_an_admin_who_is_no_superuser_can_provision(own_engines: Engines) -> None:
    postgres = own_engines.postgres
    admin = await asyncpg.connect(plain_url(postgres.admin_url))
    await admin.execute("create role landlord login createdb createrole password 'landlord'")
    await admin.close()
    landlord = f"postgresql://landlord:landlord@127.0.0.1:{postgres.port}/postgres"
    await provision(landlord, [postgres.login("tenant")])
    await _write(postgres.url("tenant"), 7)
    assert await _kept(postgres.url("tenant")) == [7]


async def test_a_server_that_is_not_there_is_a_failure_with_a_remedy() -> None:
    with pytest.raises(EngineFailed, match="HOLDFAST_DATABASE_URL") as caught:
        await provision("postgresql://nobody:secret-word@127.0.0.1:1/postgres", [])
    assert "secret-word" not in str(caught.value)


async def test_data_outlives_a_killed_server_and_the_next_start(data: Path) -> None:
    engines = Engines.prepare(data, services=("risk",))
    await engines.start()
    await _write(engines.postgres.url("risk"), 1)
    assert engines.postgres.process.pid is not None
    os.kill(engines.postgres.process.pid, signal.SIGKILL)
    await engines.postgres.wait()
    await engines.postgres.start()  # at once: sessions of the killed one may still hold its memory
    await _write(engines.postgres.url("risk"), 2)
    await engines.stop()
    async with Engines.prepare(data, services=("risk",)) as again:
        assert await _kept(again.postgres.url("risk")) == [1, 2]


async def test_a_stale_pid_file_naming_a_living_stranger_does_not_keep_the_server_from_starting(
    data: Path,
) -> None:
    async with Engines.prepare(data, services=("risk",)) as engines:
        await _write(engines.postgres.url("risk"), 1)
        cluster = engines.postgres.cluster
    (cluster / "postmaster.pid").write_text(f"1\n{cluster}\n1\n5432\n\n127.0.0.1\n  1 1\nready\n")
    async with Engines.prepare(data, services=("risk",)) as again:
        assert await _kept(again.postgres.url("risk")) == [1]


async def test_a_half_made_cluster_is_thrown_away_and_made_anew(data: Path) -> None:
    partial = data / "postgres" / "cluster.partial"
    partial.mkdir(parents=True)
    data.chmod(0o711)
    (data / "postgres").chmod(0o711)
    (partial / "PG_VERSION").write_text("18\n")
    (data / "postgres" / "password.partial").write_text("left behind")
    async with Engines.prepare(data, services=("risk",)) as engines:
        await _write(engines.postgres.url("risk"), 1)
        assert sorted(entry.name for entry in (data / "postgres").iterdir()) == ["cluster"]


async def test_an_initdb_killed_half_way_is_made_good_by_the_next_start(data: Path) -> None:
    engines = Engines.prepare(data, services=("risk",))
    starting = asyncio.create_task(engines.start())
    partial = data / "postgres" / "cluster.partial"
    async with asyncio.timeout(20):
        while not (found := processes.with_argument(f"--pgdata={partial}", program="initdb")):
            await asyncio.sleep(0.01)
    found[0].signal(signal.SIGKILL)
    with pytest.raises(EngineFailed, match="initdb failed"):
        await starting
    assert not (data / "postgres" / "cluster").exists()
    async with Engines.prepare(data, services=("risk",)) as again:
        assert (await again.health()).all


async def test_a_cluster_of_another_major_version_is_refused_untouched(data: Path) -> None:
    cluster = data / "postgres" / "cluster"
    cluster.mkdir(parents=True)
    (cluster / "PG_VERSION").write_text("16\n")
    with pytest.raises(EngineFailed, match="made by PostgreSQL 16"):
        await Engines.prepare(data).start()
    assert [entry.name for entry in cluster.iterdir()] == ["PG_VERSION"]


async def test_one_data_folder_has_one_holder_and_two_folders_run_side_by_side(
    own_engines: Engines, data: Path
) -> None:
    with pytest.raises(EngineFailed, match="already run under another process"):
        Engines.prepare(data)
    async with Engines.prepare(data.parent / "beside", services=("risk",)) as beside:
        assert beside.postgres.port != own_engines.postgres.port
        assert (await beside.health()).all
        assert (await own_engines.health()).all


_ORPHANS = """
import asyncio, os, signal, sys
from pathlib import Path
from chassis.embedded import Engines

async def main() -> None:
    engines = Engines.prepare(Path(sys.argv[1]), services=("risk",))
    await engines.start()
    print(engines.postgres.process.pid, engines.nats.process.pid, engines.postgres.account.manner.value, flush=True)
    if sys.argv[2] == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    await engines.stop()

asyncio.run(main())
"""


async def _run_apart(
    data: Path, ending: str, *, behind: tuple[str, ...] = (), path: str = os.environ["PATH"]
) -> list[str]:
    process = await asyncio.create_subprocess_exec(
        *behind, sys.executable, "-c", _ORPHANS, str(data), ending,
        stdout=asyncio.subprocess.PIPE, cwd="/",
        env={"PATH": path, "PYTHONPATH": str(REPOSITORY)},
    )  # fmt: skip
    output, _ = await process.communicate()
    assert process.returncode == (-signal.SIGKILL if ending == "die" else 0)
    return output.decode().split()


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="the kernel is told by setpriv")
async def test_engines_end_by_themselves_when_their_supervisor_is_killed(data: Path) -> None:
    postgres_pid, nats_pid, _ = await _run_apart(data, "die")
    async with asyncio.timeout(30):
        while Path(f"/proc/{postgres_pid}").exists() or Path(f"/proc/{nats_pid}").exists():
            await asyncio.sleep(0.05)
    assert not (data / "postgres" / "cluster" / "postmaster.pid").exists()


async def test_engines_left_behind_by_a_killed_supervisor_are_ended_by_the_next_start(data: Path) -> None:
    programs = data.parent / "programs"
    programs.mkdir(mode=0o755)
    for name in ("test", "unshare"):  # and no setpriv
        (programs / name).symlink_to(str(shutil.which(name)))
    postgres_pid, nats_pid, _ = await _run_apart(data, "die", path=str(programs))
    assert {Path(f"/proc/{pid}").exists() for pid in (postgres_pid, nats_pid)} == {True}
    async with Engines.prepare(data, services=("risk",)) as engines:
        assert (await engines.health()).all
        survivors = processes.with_argument(str(engines.postgres.cluster), program="postgres")
        assert [found.pid for found in survivors] == [engines.postgres.process.pid]
        assert str(engines.postgres.process.pid) != postgres_pid


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user shows it with every other test here")
async def test_an_ordinary_user_runs_the_engines_directly(data: Path) -> None:
    ordinary = ("unshare", "--user", "--map-user=65534", "--map-group=65534", "--")
    _, _, manner = await _run_apart(data, "end", behind=ordinary)
    assert manner == "direct"
    assert data.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root owns folders that others cannot enter")
async def test_below_a_folder_closed_to_all_but_root_the_engines_run_in_a_namespace(data: Path) -> None:
    async with Engines.prepare(data, services=("risk",)) as engines:
        assert engines.postgres.account.manner is Manner.DROPPED
        await _write(engines.postgres.url("risk"), 1)
    data.parent.chmod(0o700)
    async with Engines.prepare(data, services=("risk",)) as engines:
        assert engines.postgres.account.manner is Manner.NAMESPACE
        assert await _kept(engines.postgres.url("risk")) == [1]
    data.parent.chmod(0o711)
    async with Engines.prepare(data, services=("risk",)) as engines:
        assert engines.postgres.account.manner is Manner.DROPPED
        assert await _kept(engines.postgres.url("risk")) == [1]
    assert data.parent.stat().st_mode & 0o777 == 0o711
