"""What may leave as a list: which, in which form, how much of it open, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from chassis.errors import Conflict, Forbidden, InvalidInput, NotFound
from households_service.files.domain import FileFormat
from households_service.members.domain import require_reason
from households_service.registry.domain import MonitoringCategory, RegistrationHistory

Choice = TypeVar("Choice", bound=StrEnum)

MOST_ROWS = {FileFormat.CSV: 5_000_000, FileFormat.XLSX: 1_000_000}
"""A sheet of a workbook ends at 1,048,576 rows."""
OPEN_FOR = timedelta(hours=24)
"""How long a request in the open waits for a second person, and then for the one who asked."""


class ExportList(StrEnum):
    HOUSEHOLDS = "HOUSEHOLDS"
    MEMBERS = "MEMBERS"


class ExportTooLarge(InvalidInput):
    code = "EXPORT_TOO_LARGE"


class ExportMalformed(InvalidInput):
    code = "EXPORT_MALFORMED"


class UnknownExport(NotFound):
    code = "UNKNOWN_EXPORT"


class SecondPersonNeeded(Forbidden):
    """Whoever asks for a list in the open does not also let it go."""

    code = "SECOND_PERSON_NEEDED"


class ExportNotApproved(Conflict):
    code = "EXPORT_NOT_APPROVED"


class ExportOver(Conflict):
    """It was taken, or its time ran out."""

    code = "EXPORT_OVER"


class ExportState(StrEnum):
    WAITING = "WAITING"
    """In the open, and nobody else has looked at the reason yet."""
    APPROVED = "APPROVED"
    TAKEN = "TAKEN"
    EXPIRED = "EXPIRED"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRequest:
    """The filters are those of the list of households. `opened`: names, ID numbers and phones in the open."""

    list: ExportList
    format: FileFormat
    reason: str
    area_path: str | None = None
    categories: tuple[MonitoringCategory, ...] = ()
    histories: tuple[RegistrationHistory, ...] = ()
    code_prefix: str | None = None
    opened: bool = False

    def __post_init__(self) -> None:
        require_reason(self.reason)

    def told(self) -> str:
        """The filter in words, for the log."""
        parts = [
            f"area={self.area_path or 'all'}",
            *(f"category={category}" for category in self.categories),
            *(f"history={history}" for history in self.histories),
            *([f"code={self.code_prefix}*"] if self.code_prefix else []),
        ]
        return f"{self.list} as {self.format}, {'opened' if self.opened else 'masked'}, {' '.join(parts)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One export, as it is logged. `rows_sent` None: it did not come to its end.

    A masked list needs no approval and is taken as it is asked for.
    """

    id: UUID
    asked: ExportRequest
    area_path: str
    columns: tuple[str, ...]
    requested_by: str
    requested_at: datetime
    rows_found: int
    rows_sent: int | None = None
    finished_at: datetime | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None
    taken_at: datetime | None = None

    def state(self, now: datetime) -> ExportState:
        if self.taken_at is not None:
            return ExportState.TAKEN
        if now > (self.approved_at or self.requested_at) + OPEN_FOR:
            return ExportState.EXPIRED
        return ExportState.WAITING if self.approved_at is None else ExportState.APPROVED

    def approve(self, by: str, *, now: datetime) -> Export:
        """Raises SecondPersonNeeded, ExportOver. Approved already: as it is."""
        if by == self.requested_by:
            raise SecondPersonNeeded("Somebody else has to approve a list in the open.")
        state = self.state(now)
        if state is ExportState.APPROVED:
            return self
        if state is not ExportState.WAITING:
            raise ExportOver("This export was taken, or its time ran out: ask for it again.")
        return replace(self, approved_by=by, approved_at=now)

    def take(self, *, now: datetime) -> Export:
        """Raises ExportNotApproved, ExportOver."""
        state = self.state(now)
        if state is ExportState.WAITING:
            raise ExportNotApproved("A second person has not approved this export yet.")
        if state is not ExportState.APPROVED:
            raise ExportOver("This export was taken, or its time ran out: ask for it again.")
        return replace(self, taken_at=now)


def request_of(body: Mapping[str, object]) -> ExportRequest:
    """Raises ExportMalformed, naming the field; never repeats a value."""
    known = {"list", "format", "reason", "area", "monitoringCategory", "registrationHistory", "codePrefix", "opened"}
    for name in body:
        if name not in known:
            raise ExportMalformed("There is no such field of an export.", field=name if len(name) <= 40 else "body")
    opened = body.get("opened", False)
    if not isinstance(opened, bool):
        raise ExportMalformed("Say true or false.", field="opened")
    return ExportRequest(
        list=_one(ExportList, body, "list"),
        format=_one(FileFormat, body, "format"),
        reason=_text(body, "reason") or "",
        area_path=_text(body, "area"),
        categories=_several(MonitoringCategory, body, "monitoringCategory"),
        histories=_several(RegistrationHistory, body, "registrationHistory"),
        code_prefix=_text(body, "codePrefix"),
        opened=opened,
    )


def _text(body: Mapping[str, object], name: str) -> str | None:
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > 500:
        raise ExportMalformed("A text of at most 500 characters is needed here.", field=name)
    return value


def _one(kind: type[Choice], body: Mapping[str, object], name: str) -> Choice:
    value = body.get(name)
    if not isinstance(value, str) or value not in list(kind):
        raise ExportMalformed(f"One of {', '.join(kind)} is needed here.", field=name)
    return kind(value)


def _several(kind: type[Choice], body: Mapping[str, object], name: str) -> tuple[Choice, ...]:
    values = body.get(name)
    if values is None:
        return ()
    if not isinstance(values, list) or not all(isinstance(value, str) and value in list(kind) for value in values):
        raise ExportMalformed(f"A list of {', '.join(kind)} is needed here.", field=name)
    return tuple(kind(value) for value in values)
