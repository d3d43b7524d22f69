from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import pytest

from chassis.settings import CommonSettings, load
from holdfast.up.addresses import Addresses
from holdfast.up.environment import PROCESSES, Surroundings

_URLS = {name: f"postgresql+asyncpg://holdfast_{name}:x@127.0.0.1:8440/holdfast_{name}" for name in PROCESSES[:3]}


def _surroundings(given: Mapping[str, str], mode: str = "development") -> Surroundings:
    return Surroundings(
        data=Path("/data"),
        mode=mode,
        addresses=Addresses(),
        database_urls=_URLS,
        nats_url="nats://holdfast:x@127.0.0.1:8450",
        given=given,
    )


def test_a_service_is_told_its_own_database_and_nobody_elses() -> None:
    variables = _surroundings({"PATH": "/bin", "HOLDFAST_DATABASE_URL": "postgresql://admin@outside/postgres"}).of(
        "risk"
    )
    assert variables["HOLDFAST_DATABASE_URL"] == _URLS["risk"]
    assert "holdfast_households" not in " ".join(variables.values())
    assert variables["HOLDFAST_HTTP_PORT"] == "8430"
    assert variables["HOLDFAST_GRPC_PORT"] == "8431"
    assert variables["HOLDFAST_RISK_HOUSEHOLDS_GRPC"] == "127.0.0.1:8411"
    assert variables["HOLDFAST_KEYS"] == "/data/keys"
    assert variables["PATH"] == "/bin"


def test_the_gateway_gets_no_database_but_the_address_of_every_service() -> None:
    variables = _surroundings({}).of("gateway")
    assert "HOLDFAST_DATABASE_URL" not in variables
    assert "HOLDFAST_GRPC_PORT" not in variables
    assert variables["HOLDFAST_GATEWAY_EMPLOYMENT_URL"] == "http://127.0.0.1:8420"
    assert variables["HOLDFAST_GATEWAY_METRICS_PORT"] == "8401"


def test_what_a_person_set_for_one_service_wins_and_what_is_the_supervisors_own_does_not_travel() -> None:
    given = {
        "HOLDFAST_RISK_HOUSEHOLDS_GRPC": "elsewhere:1",
        "HOLDFAST_LOG_LEVEL": "DEBUG",
        "HOLDFAST_HTTP_PORT": "1",
        "HOLDFAST_DATA": "relative",
        "PYTHONPATH": "/more",
    }
    variables = _surroundings(given).of("risk")
    assert variables["HOLDFAST_RISK_HOUSEHOLDS_GRPC"] == "elsewhere:1"
    assert variables["HOLDFAST_LOG_LEVEL"] == "DEBUG"
    assert variables["HOLDFAST_HTTP_PORT"] == "8430"
    assert variables["HOLDFAST_DATA"] == "/data"
    assert variables["PYTHONPATH"].endswith(":/more")


def test_only_a_system_in_demo_mode_has_a_clock_that_can_be_moved() -> None:
    assert "HOLDFAST_CLOCK_FILE" not in _surroundings({}).of("risk")
    assert _surroundings({}, mode="demo").of("risk")["HOLDFAST_CLOCK_FILE"] == "/data/run/clock-offset"


@pytest.mark.parametrize("process", PROCESSES)
def test_every_process_knows_every_variable_it_is_given(process: str) -> None:
    package = process if process == "gateway" else f"{process}_service"
    settings = import_module(f"{package}.settings")
    (kind,) = [
        value
        for value in vars(settings).values()
        if isinstance(value, type) and issubclass(value, CommonSettings) and value is not CommonSettings
    ]
    loaded = load(kind, _surroundings({}, mode="demo").of(process))
    assert loaded.mode == "demo"
