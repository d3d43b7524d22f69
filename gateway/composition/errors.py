"""What composition can refuse, each with a code, the coordinate and the subgraphs concerned.

Codes follow the names Federation users already know, so that an error can be looked up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from chassis.errors import InvalidInput


@dataclass(frozen=True, slots=True, kw_only=True)
class CompositionError:
    code: str
    message: str
    coordinate: str = ""
    """`Type`, `Type.field` or `Type.field(argument:)`; empty when the schema as a whole is meant."""
    subgraphs: tuple[str, ...] = ()

    def __str__(self) -> str:
        where = f" {self.coordinate}" if self.coordinate else ""
        who = f" (subgraphs: {', '.join(self.subgraphs)})" if self.subgraphs else ""
        return f"{self.code}{where}: {self.message}{who}"


class CompositionFailed(InvalidInput):
    code = "COMPOSITION_FAILED"

    def __init__(self, errors: Iterable[CompositionError]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(str(error) for error in self.errors))


class Findings:
    """Collects errors so that one run reports them all."""

    def __init__(self) -> None:
        self._errors: dict[CompositionError, None] = {}

    def refuse(self, code: str, coordinate: str, message: str, *subgraphs: str) -> None:
        self._errors[CompositionError(code=code, message=message, coordinate=coordinate, subgraphs=subgraphs)] = None

    @property
    def errors(self) -> tuple[CompositionError, ...]:
        return tuple(self._errors)

    def raise_if_any(self) -> None:
        if self._errors:
            raise CompositionFailed(self._errors)
