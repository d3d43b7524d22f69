from __future__ import annotations

import pytest

from chassis.settings import InvalidSetting, UnknownSetting, load
from gateway.settings import GatewaySettings


def test_origins_are_a_list_in_one_variable() -> None:
    settings = load(GatewaySettings, {"HOLDFAST_GATEWAY_CORS_ORIGINS": "https://Work.example/, http://localhost:5173"})

    assert settings.cors_origins == {"https://work.example", "http://localhost:5173"}
    assert load(GatewaySettings, {}).cors_origins == frozenset()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HOLDFAST_GATEWAY_CORS_ORIGINS", "*"),
        ("HOLDFAST_GATEWAY_CORS_ORIGINS", "work.example"),
        ("HOLDFAST_GATEWAY_CORS_ORIGINS", "https://work.example/page"),
        ("HOLDFAST_GATEWAY_JWKS_URL", "http://login.example/jwks"),
        ("HOLDFAST_GATEWAY_JWKS_URL", "file:///etc/passwd"),
        ("HOLDFAST_GATEWAY_BODY_LIMIT", "0"),
        ("HOLDFAST_GATEWAY_REQUEST_SECONDS", "-1"),
    ],
)
def test_unsafe_settings_are_refused(name: str, value: str) -> None:
    with pytest.raises(InvalidSetting):
        load(GatewaySettings, {name: value})


def test_a_typing_error_is_no_silent_default() -> None:
    with pytest.raises(UnknownSetting):
        load(GatewaySettings, {"HOLDFAST_GATEWAY_CORS_ORIGIN": "https://work.example"})


def test_only_trying_out_shows_page_and_schema() -> None:
    assert not load(GatewaySettings, {}).trying_out
    assert load(GatewaySettings, {"HOLDFAST_MODE": "demo"}).trying_out
