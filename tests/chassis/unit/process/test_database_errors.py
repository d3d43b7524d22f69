"""Which errors of the driver mean that the database was away."""

from __future__ import annotations

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError

from chassis.database import breakdown_code, is_connection_loss
from chassis.errors import Breakdown, DependencyDown

AWAY = [
    asyncpg.CannotConnectNowError("the database system is starting up"),
    asyncpg.AdminShutdownError("terminating connection"),
    asyncpg.ConnectionDoesNotExistError("connection was closed"),
    asyncpg.TooManyConnectionsError("sorry"),
    ConnectionRefusedError(),
    TimeoutError(),
    OSError("Multiple exceptions"),
]
OURS = [
    asyncpg.UndefinedTableError("no table"),
    asyncpg.UniqueViolationError("twice"),
    ValueError(),
    FileNotFoundError(),
]


@pytest.mark.parametrize("error", AWAY, ids=lambda error: type(error).__name__)
def test_a_database_that_was_away_is_a_dependency_that_is_down(error: Exception) -> None:
    assert is_connection_loss(error)
    assert breakdown_code(error) == "DEPENDENCY_DOWN"
    assert breakdown_code(DBAPIError("select 1", {}, error)) == (
        "DEPENDENCY_DOWN" if isinstance(error, asyncpg.PostgresError) else "INTERNAL"
    )


@pytest.mark.parametrize("error", OURS, ids=lambda error: type(error).__name__)
def test_what_the_database_found_wrong_is_ours(error: Exception) -> None:
    assert not is_connection_loss(error)
    assert breakdown_code(error) == "INTERNAL"
    assert breakdown_code(DBAPIError("select 1", {}, error)) == "INTERNAL"


def test_errors_of_ours_keep_their_code() -> None:
    assert [breakdown_code(error) for error in (Breakdown(), DependencyDown())] == ["INTERNAL", "DEPENDENCY_DOWN"]
