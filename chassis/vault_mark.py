"""Is this the key that the database's values were sealed with?

One value sealed at the first start tells. A lost key must not be replaced quietly: what was sealed would never open
again, and new rows sealed with another key would hide that.
"""

from __future__ import annotations

import asyncio

import structlog
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from chassis.database import Database, is_connection_loss
from chassis.errors import Breakdown
from chassis.tables import vault_mark
from chassis.vault import Vault, VaultSealed

logger = structlog.get_logger(__name__)

PLACE = "chassis.vault_mark"
PAUSE_SECONDS = 0.5


class VaultKeyOther(Breakdown):
    code = "VAULT_KEY_OTHER"


async def require_same_vault(database: Database, vault: Vault) -> None:
    """The first start leaves the mark. Raises VaultKeyOther."""
    async with database.engine.begin() as connection:
        mark = vault.seal("sealed", place=PLACE)
        await connection.execute(insert(vault_mark).values(id=1, sealed=mark).on_conflict_do_nothing())
        kept = (await connection.execute(select(vault_mark.c.sealed))).scalar_one()
    try:
        vault.open(kept, place=PLACE)
    except VaultSealed:
        raise VaultKeyOther(
            "The vault key is not the one that sealed what is in this database: restore the key file from a backup."
        ) from None


async def wait_for_same_vault(database: Database, vault: Vault, stop: asyncio.Event) -> None:
    """As soon as the database answers. Raises VaultKeyOther."""
    while not stop.is_set():
        try:
            await require_same_vault(database, vault)
        except VaultKeyOther:
            raise
        except Exception as error:
            if not is_connection_loss(error):
                raise
            await asyncio.sleep(PAUSE_SECONDS)
        else:
            return
