from __future__ import annotations

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nats
import pytest
from nats.js.api import StreamConfig

from chassis.embedded import Engines


@pytest.fixture
def data() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="holdfast-engine-"))
    folder.chmod(0o711)
    yield folder / "data"
    shutil.rmtree(folder)


async def test_the_broker_refuses_who_does_not_know_the_password(engines: Engines) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", engines.nats.port)
    greeting = await reader.readline()
    writer.write(b'CONNECT {"verbose":false,"user":"holdfast","pass":"guessed"}\r\nPING\r\n')
    answer = await reader.readline()
    writer.close()
    await writer.wait_closed()
    assert b'"auth_required":true' in greeting
    assert answer == b"-ERR 'Authorization Violation'\r\n"


async def test_the_store_is_synced_with_every_message(data: Path) -> None:
    async with Engines.prepare(data, services=()) as engines:
        configuration = engines.nats.configuration
        assert '  sync_interval: "always"' in configuration.read_text().splitlines()
        assert configuration.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("durable", "interval"), [(True, "always"), (False, "2m")])
async def test_the_server_understands_its_configuration(data: Path, *, durable: bool, interval: str) -> None:
    async with Engines.prepare(data, services=(), durable=durable) as engines:
        check = await asyncio.create_subprocess_exec(
            engines.nats.binaries.nats_server, "-t", "-c", engines.nats.configuration, stderr=asyncio.subprocess.PIPE
        )
        _, said = await check.communicate()
        log = engines.nats.log.read_text()

        assert f'sync_interval: "{interval}"' in engines.nats.configuration.read_text()
    assert (check.returncode, b"is valid" in said) == (0, True)
    assert "invalid use" not in log


async def test_messages_outlive_a_killed_broker(data: Path) -> None:
    async with Engines.prepare(data, services=()) as engines:
        client = await nats.connect(engines.nats.url)
        broker = client.jetstream()
        await broker.add_stream(StreamConfig(name="KEPT", subjects=["kept.>"]))
        acknowledged = await broker.publish("kept.one", b"1", headers={"Nats-Msg-Id": "a"})
        assert acknowledged.seq == 1
        await client.close()
        assert engines.nats.process.pid is not None
        os.kill(engines.nats.process.pid, signal.SIGKILL)
        await engines.nats.wait()
        await engines.nats.start()
        client = await nats.connect(engines.nats.url)
        stored = await client.jetstream().get_msg("KEPT", seq=1)
        await client.close()
        assert stored.data == b"1"


async def test_the_shared_broker_is_handed_out_empty(nats_url: str) -> None:
    client = await nats.connect(nats_url)
    streams = await client.jetstream().streams_info()
    await client.close()
    assert streams == []
