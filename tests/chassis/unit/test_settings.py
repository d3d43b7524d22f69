from __future__ import annotations

from pathlib import Path

import pytest

from chassis.clock import OffsetClock, WallClock
from chassis.settings import CommonSettings, InvalidSetting, UnknownSetting, load


class HarvestSettings(CommonSettings):
    risk_households_grpc: str = ""


def test_a_setting_is_read_from_its_variable() -> None:
    settings = load(HarvestSettings, {"HOLDFAST_MODE": "demo", "HOLDFAST_HTTP_PORT": "8430", "PATH": "/bin"})

    assert (settings.mode, settings.http_port, settings.database_url) == ("demo", 8430, "")


def test_a_mistyped_variable_is_refused_by_its_name() -> None:
    with pytest.raises(UnknownSetting) as refusal:
        load(HarvestSettings, {"HOLDFAST_DATABSE_URL": "postgresql://somewhere"})

    assert refusal.value.field == "HOLDFAST_DATABSE_URL"
    assert "somewhere" not in refusal.value.message


def test_a_mistyped_variable_of_the_own_service_is_refused() -> None:
    with pytest.raises(UnknownSetting):
        load(HarvestSettings, {"HOLDFAST_RISK_HOUSEHOLD_GRPC": "127.0.0.1:1"})


def test_a_variable_of_another_service_is_left_alone() -> None:
    settings = load(HarvestSettings, {"HOLDFAST_GATEWAY_CORS_ORIGINS": "*", "HOLDFAST_RISK_HOUSEHOLDS_GRPC": "h:1"})

    assert settings.risk_households_grpc == "h:1"


def test_a_value_of_the_wrong_kind_names_its_variable_and_not_its_value() -> None:
    with pytest.raises(InvalidSetting) as refusal:
        load(HarvestSettings, {"HOLDFAST_HTTP_PORT": "eighty-four"})

    assert refusal.value.field == "HOLDFAST_HTTP_PORT"
    assert "eighty-four" not in refusal.value.message


def test_only_demo_mode_has_a_clock_that_can_be_moved(tmp_path: Path) -> None:
    demo = load(CommonSettings, {"HOLDFAST_MODE": "demo", "HOLDFAST_DATA": str(tmp_path)})
    production = load(CommonSettings, {"HOLDFAST_DATA": str(tmp_path), "HOLDFAST_CLOCK_FILE": str(tmp_path / "offset")})

    assert isinstance(demo.clock(), OffsetClock)
    assert isinstance(production.clock(), WallClock)


def test_a_given_environment_is_the_only_one_that_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDFAST_LOG_LEVEL", "DEBUG")

    assert load(CommonSettings, {}).log_level == "INFO"
    assert load(CommonSettings).log_level == "DEBUG"
