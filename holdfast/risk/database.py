"""The database of the risk service, for commands that work in a system that runs."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from chassis.errors import DependencyDown

if TYPE_CHECKING:
    from risk_service.uow import Begin


@asynccontextmanager
async def risk_database() -> AsyncIterator[Begin]:
    """Begins units of work there, as the settings of the console say. Raises DependencyDown."""
    from chassis.database import Database, is_connection_loss
    from holdfast.settings import console_settings
    from holdfast.up.running import places
    from risk_service.copies.service import settle
    from risk_service.uow import RiskUnitOfWork

    settings = console_settings(os.environ)
    given = settings.database_url
    is_own = given.rpartition("/")[2].partition("?")[0] not in {"", "postgres"}
    url = given if is_own else places(settings).database_urls["risk"]
    database = Database.connect(url, pool_size=1)
    clock = settings.clock()
    try:
        yield lambda actor: RiskUnitOfWork(database, actor, clock, settle=settle)
    except Exception as error:
        if is_connection_loss(error):
            raise DependencyDown("The database of the risk service does not answer.") from error
        raise
    finally:
        await database.close()
