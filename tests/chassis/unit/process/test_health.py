from __future__ import annotations

from chassis.health import Health, NotReady


async def _fine() -> None:
    return


async def _behind() -> None:
    raise NotReady("schema is behind")


async def _broken() -> None:
    raise ValueError("postgresql://user:password@host")


async def test_everything_must_be_well() -> None:
    assert await Health(checks={"database": _fine, "broker": _fine}).readiness() == (
        True,
        {"database": "ok", "broker": "ok"},
    )


async def test_what_is_not_well_is_named_without_an_address() -> None:
    assert await Health(checks={"database": _broken, "schema": _behind, "broker": _fine}).readiness() == (
        False,
        {"database": "ValueError", "schema": "schema is behind", "broker": "ok"},
    )


async def test_a_draining_process_is_not_ready_however_well_it_is() -> None:
    assert await Health(checks={"database": _fine}, draining=True).readiness() == (False, {"process": "stopping"})
