"""Structured logs: one constant event name, data as keywords, ids only, never a value of a person."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, MutableMapping
from typing import Any, Literal

import orjson
import structlog
from opentelemetry import trace

from chassis import correlation

# Libraries that speak through the standard library; below this they only repeat what we log ourselves.
QUIET = {"uvicorn.access": logging.WARNING, "uvicorn.error": logging.WARNING, "alembic": logging.WARNING}


def set_up(service: str, *, level: str = "INFO", form: Literal["json", "console"] = "json") -> None:
    """Sends structlog and the standard library's loggers to stderr in one form. Safe to repeat."""

    def name_service(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["service"] = service
        return event

    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        name_service,
        add_trace,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    final: list[structlog.types.Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if form == "json":
        final += [safe_exception, structlog.processors.JSONRenderer(serializer=_json)]
    else:
        final += [safe_exception, structlog.dev.ConsoleRenderer(colors=False)]
    # Of where a line was written in the code and by which thread nothing is told: finding out costs more than telling.
    logging._srcfile = None  # noqa: SLF001 - as the library's own guide says
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=final))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, quiet in QUIET.items():
        logging.getLogger(name).setLevel(max(quiet, logging.getLevelName(level)))


def _json(event: object, default: Callable[[object], object], **_: object) -> str:
    try:
        return orjson.dumps(event, default=default, option=orjson.OPT_NON_STR_KEYS).decode()
    except TypeError:
        # A number of more than 64 bits, half a surrogate pair: rare, and still to be told.
        return json.dumps(event, default=default)


def add_trace(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Ties a line to its trace and to everything else the same request set in motion."""
    span = trace.get_current_span().get_span_context()
    if span.is_valid:
        event["trace_id"] = format(span.trace_id, "032x")
        event["span_id"] = format(span.span_id, "016x")
    if bound := correlation.bound():
        event.setdefault("correlation_id", bound)
    return event


def safe_exception(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Where and which kind, but not the text: a driver's message repeats the values it choked on."""
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()[1]
    elif isinstance(given, tuple):
        given = given[1]
    if isinstance(given, BaseException):
        frames = []
        step = given.__traceback__
        while step is not None:
            code = step.tb_frame.f_code
            frames.append(f"{code.co_filename.rpartition('/')[2]}:{step.tb_lineno} {code.co_name}")
            step = step.tb_next
        event["error"] = type(given).__name__
        event["frames"] = frames[-12:]
    return event
