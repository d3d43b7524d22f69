from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from chassis import correlation, log, telemetry


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    log.set_up("risk", level="INFO", form="json")
    stream = io.StringIO()
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(stream)
    yield stream
    root.handlers[:], root.level = before
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_names_service_trace_and_correlation(written: io.StringIO) -> None:
    telemetry.set_up("tests")
    correlation.bind("correlation-1")
    with telemetry.span("work") as span:
        structlog.get_logger().info("alert.raised", alert_id="a-1")
    line = lines(written)[0]
    assert (line["event"], line["alert_id"], line["service"], line["level"]) == ("alert.raised", "a-1", "risk", "info")
    assert line["correlation_id"] == "correlation-1"
    assert line["trace_id"] == format(span.get_span_context().trace_id, "032x")


def test_an_error_is_logged_by_kind_and_place_but_not_by_its_text(written: io.StringIO) -> None:
    try:
        raise ValueError("Li Example, 990101199001011234")
    except ValueError:
        structlog.get_logger().exception("import.failed")
        logging.getLogger("library").exception("library failed")
    assert "990101" not in written.getvalue()
    assert [line["error"] for line in lines(written)] == ["ValueError", "ValueError"]
    assert str(lines(written)[0]["frames"]).startswith("['test_log.py:")


def test_what_is_below_the_level_is_not_written(written: io.StringIO) -> None:
    structlog.get_logger().debug("detail")
    logging.getLogger("uvicorn.access").info("GET /livez")
    assert written.getvalue() == ""
