from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console

from holdfast.up.greeting import greeting
from holdfast.up.system import System


@pytest.fixture
def data(tmp_path: Path) -> Path:
    tmp_path.chmod(0o755)
    return tmp_path / "data"


async def shown(data: Path, mode: str, **given: str) -> str:
    system = System.prepare(data, beside_others=True, mode=mode, given=given)
    console = Console(width=300)
    try:
        with console.capture() as capture:
            console.print(greeting(system, default_data=data))
    finally:
        await system.stop()
    return capture.get()


async def test_a_newcomer_is_given_a_page_and_a_query(data: Path) -> None:
    said = await shown(data, "development")

    assert "GraphiQL" in said
    assert "/metrics" in said
    assert "token --role COUNTY_ADMIN" in said


async def test_in_production_nothing_is_offered_that_it_refuses(data: Path) -> None:
    said = await shown(data, "production")

    assert "GraphiQL" not in said
    assert "token --role" not in said
    assert "Set HOLDFAST_GATEWAY_JWKS_URL to its keys; until then only keys/issuer.pem is trusted." in said
    url = "https://login.example.test/jwks"
    assert f"Its keys are read from {url}." in await shown(data, "production", HOLDFAST_GATEWAY_JWKS_URL=url)
