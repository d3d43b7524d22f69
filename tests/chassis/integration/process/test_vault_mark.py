from __future__ import annotations

import asyncio

import pytest

from chassis.database import Database
from chassis.vault import Vault
from chassis.vault_mark import VaultKeyOther, require_same_vault, wait_for_same_vault

FIRST, OTHER = Vault.of_key(b"1" * 32), Vault.of_key(b"2" * 32)


async def test_the_key_of_the_first_start_is_the_key_for_good(database: Database) -> None:
    await require_same_vault(database, FIRST)
    await require_same_vault(database, FIRST)
    with pytest.raises(VaultKeyOther, match="restore the key file from a backup"):
        await require_same_vault(database, OTHER)
    await require_same_vault(database, FIRST)


async def test_a_start_waits_for_the_database_before_it_judges(database: Database) -> None:
    await require_same_vault(database, FIRST)
    with pytest.raises(VaultKeyOther):
        await wait_for_same_vault(database, OTHER, asyncio.Event())


async def test_a_stop_ends_the_wait_for_a_database_that_is_away() -> None:
    away = Database.connect("postgresql+asyncpg://nobody@127.0.0.1:1/nothing")
    stop = asyncio.Event()
    waiting = asyncio.create_task(wait_for_same_vault(away, FIRST, stop))
    stop.set()
    await asyncio.wait_for(waiting, 10)
    await away.close()
