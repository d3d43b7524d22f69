from __future__ import annotations

import pytest

from chassis.embedded import EngineFailed, Login
from chassis.embedded.provision import login_url, plain_url, verifier


def test_a_login_url_keeps_the_servers_address_and_options_but_not_the_admins_name() -> None:
    login = Login(name="holdfast_risk", password="p@ss/word")
    url = login_url("postgresql://admin:secret@db.example:6432/postgres?ssl=require", login)
    assert url == "postgresql+asyncpg://holdfast_risk:p%40ss%2Fword@db.example:6432/holdfast_risk?ssl=require"


def test_the_driver_gets_the_url_without_the_dialect() -> None:
    assert plain_url("postgresql+asyncpg://a:b@h:1/d") == "postgresql://a:b@h:1/d"
    assert plain_url("postgres://a:b@h:1/d") == "postgres://a:b@h:1/d"


def test_a_verifier_holds_no_password_and_is_salted_anew_each_time() -> None:
    first, second = verifier("long-enough-secret"), verifier("long-enough-secret")
    assert first.startswith("SCRAM-SHA-256$4096:")
    assert "long-enough-secret" not in first
    assert first != second


@pytest.mark.parametrize("name", ['a"b', "a b", "ä", "", "a;b"])
async def test_a_login_with_a_name_that_is_no_identifier_is_refused(name: str) -> None:
    from chassis.embedded.provision import _identifier

    with pytest.raises(EngineFailed):
        _identifier(name)
