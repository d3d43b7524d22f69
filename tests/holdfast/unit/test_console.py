"""How a command ends that did not go well."""

from __future__ import annotations

import asyncpg
import pytest
import typer
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError

from chassis.embedded.failures import EngineFailed
from chassis.errors import Forbidden, InvalidInput
from holdfast.console import plain_refusals
from holdfast.up.addresses import PortTaken

VALUES = {"name": "赵十九"}
FAILURES = [
    (PortTaken("Port 8400 is used."), "PORT_TAKEN: Port 8400 is used."),
    (Forbidden("No."), "FORBIDDEN: No."),
    # A service's own refusal, passed on with its code.
    (InvalidInput("SHEET_EMPTY: There are no rows."), "SHEET_EMPTY: There are no rows."),
    (EngineFailed("It ended.", remedy="Start it."), "It ended. Start it."),
    (InterfaceError("insert into members", VALUES, Exception("connection is closed")), "DEPENDENCY_DOWN: A database"),
    (OperationalError("insert into members", VALUES, Exception("gone")), "DEPENDENCY_DOWN: A database does not answer"),
    (asyncpg.CannotConnectNowError("shutting down"), "DEPENDENCY_DOWN: A database does not answer any more;"),
    (ConnectionRefusedError(111, "refused"), "DEPENDENCY_DOWN: A database does not answer any more;"),
    (IntegrityError("insert into members", VALUES, Exception("赵十九")), "INTERNAL: A database refused a statement"),
]


@pytest.mark.parametrize(("failure", "words"), FAILURES, ids=lambda each: type(each).__name__)
def test_it_is_said_in_a_sentence_without_statement_or_values(
    failure: Exception, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as ended, plain_refusals():
        raise failure

    said = capsys.readouterr().err
    assert ended.value.exit_code == 1
    assert said.startswith(words)
    assert said.count("\n") == 1
    assert "members" not in said
    assert "赵十九" not in said


def test_a_defect_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError), plain_refusals():
        _ = 1 // 0
