"""Reads one row's cells and gathers everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

from chassis.errors import Refusal
from households_service.feeds.catalogue.declaration import FeedField
from households_service.feeds.details import FieldValue
from households_service.feeds.field_cells import value_of
from households_service.files.domain import Cell
from households_service.files.issues import RowIssue
from households_service.imports.cells import CellMissing, masked

Value = TypeVar("Value")


class RowReader:
    """Cells by name; what cannot be understood of them is gathered, so that a sender learns all at once."""

    def __init__(self, cells: Mapping[str, Cell], row: int) -> None:
        self.cells = cells
        self.row = row
        self.issues: list[RowIssue] = []
        self.doubts: list[RowIssue] = []
        self.failed: set[str] = set()

    def read(self, name: str, parse: Callable[[Cell], Value | None], *, required: bool = False) -> Value | None:
        try:
            value = parse(self.cells.get(name))
        except Refusal as refusal:
            self.failed.add(name)
            self.report(refusal, name)
            return None
        if required and (value is None or value == ""):
            self.report(CellMissing("A value is needed here."), name)
        return value

    def read_field(self, own: FeedField, *, today: date) -> FieldValue | None:
        found: list[FieldValue | None] = []
        self.read(own.name, lambda cell: found.append(value_of(cell, own=own, today=today)))
        return found[0] if found else None

    def require(self, rule: Callable[[], None], name: str) -> None:
        try:
            rule()
        except Refusal as refusal:
            self.report(refusal, name)

    def report(self, refusal: Refusal, name: str) -> None:
        self.issues.append(RowIssue.of(refusal, row=self.row, column=name, value=masked(self.cells.get(name))))
