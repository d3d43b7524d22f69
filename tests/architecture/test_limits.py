"""What a file may be: one truth for the service that keeps it, the gateway that passes it on, and the pages."""

from __future__ import annotations

from chassis.sizes import LARGEST_FILE, LARGEST_FORM
from gateway.settings import GatewaySettings
from households_service.files.domain import MAX_COLUMNS, MAX_ROWS
from tests.architecture.codes import ROOT


def test_the_gateway_passes_on_every_file_that_the_service_keeps() -> None:
    assert GatewaySettings.model_fields["gateway_upload_limit"].default == LARGEST_FILE + LARGEST_FORM


def test_the_page_names_the_limits_that_hold() -> None:
    page = (ROOT / "docs" / "imports.md").read_text(encoding="utf-8")

    assert f"At most {LARGEST_FILE:,} bytes, {MAX_ROWS:,} rows, {MAX_COLUMNS:,} columns." in page
