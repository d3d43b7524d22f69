"""A registry import: its modes and states, one member's row, and the account that must add up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from chassis.errors import Conflict, InvalidInput, NotFound
from households_service.files.columns import HeaderChoice
from households_service.files.domain import FileEncoding
from households_service.members.domain import LabourCapacity, Relation, Residence
from households_service.registry.domain import MonitoringCategory, RegistrationHistory


class ImportMode(StrEnum):
    VALIDATE = "VALIDATE"
    """Report only; nothing is written to the registry."""
    COMMIT_VALID = "COMMIT_VALID"
    """Households without an error are registered, the others are reported."""
    COMMIT_ALL = "COMMIT_ALL"
    """Every row valid, or nothing is registered."""


class ImportState(StrEnum):
    QUEUED = "QUEUED"
    READING = "READING"
    """The file is read, checked and staged; nothing of it is in the registry."""
    WRITING = "WRITING"
    """Everything is staged; the registry is compared and changed in steps."""
    DONE = "DONE"
    REFUSED = "REFUSED"
    """The file as a whole was refused; `refusal_code` says why and nothing was registered."""


class RowState(StrEnum):
    """Where a staged row is, and in the end where it went."""

    STAGED = "STAGED"
    REGISTERED = "REGISTERED"
    UPDATED = "UPDATED"
    UNCHANGED = "UNCHANGED"
    VALID = "VALID"
    """Sound, but the mode or another row kept it out."""
    REJECTED = "REJECTED"


class ImportUnknown(NotFound):
    code = "UNKNOWN_IMPORT"


class ImportNotFinished(Conflict):
    code = "IMPORT_NOT_FINISHED"


class ImportGivenUp(Conflict):
    """Its work failed for good, and what was staged of it is forgotten."""

    code = "IMPORT_GIVEN_UP"


class FileOfOtherPurpose(InvalidInput):
    code = "FILE_OF_OTHER_PURPOSE"


class AccountOutOfBalance(InvalidInput):
    """Every row read ends in exactly one place; anything else is a defect of ours."""

    code = "ACCOUNT_OUT_OF_BALANCE"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryRow:
    """One member as the sheet says, every cell understood. None: the sheet does not say.

    `labour_capacity_said`: False where it was assumed.
    """

    number: int
    member_number: str | None
    name: str
    id_number: str | None
    date_of_birth: date | None
    relation: Relation
    labour_capacity: LabourCapacity
    labour_capacity_said: bool
    residence: Residence | None
    in_school: bool | None
    disabled: bool | None
    phone: str | None
    registration_history: RegistrationHistory | None
    monitoring_category: MonitoringCategory | None
    unsafe_house: bool | None
    safe_water: bool | None
    supply_point: str | None = None

    def __repr__(self) -> str:
        """Never the values: a repr ends in logs and tracebacks."""
        return f"RegistryRow(number={self.number})"


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdDraft:
    """The rows of one household, checked against each other and placed in its village. None: no row says."""

    code: str
    area_path: str
    rows: tuple[RegistryRow, ...]

    @property
    def registration_history(self) -> RegistrationHistory | None:
        return next((row.registration_history for row in self.rows if row.registration_history is not None), None)

    @property
    def monitoring_category(self) -> MonitoringCategory | None:
        return next((row.monitoring_category for row in self.rows if row.monitoring_category is not None), None)

    @property
    def safe_housing(self) -> bool | None:
        said = [row.unsafe_house for row in self.rows if row.unsafe_house is not None]
        return not any(said) if said else None

    @property
    def safe_water(self) -> bool | None:
        said = [row.safe_water for row in self.rows if row.safe_water is not None]
        return all(said) if said else None

    @property
    def supply_point(self) -> str | None:
        """The number of the point that serves the home."""
        return next((row.supply_point for row in self.rows if row.supply_point is not None), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportAccount:
    """Rows read = registered + updated + unchanged + rejected + valid, and households likewise.

    VALIDATE and a refused COMMIT_ALL write nothing: what they would register or update is `valid`. `missing` are in
    the registry and not in the sheet: households of the villages it speaks of, members of the households it changes.
    """

    rows_read: int = 0
    rows_registered: int = 0
    rows_updated: int = 0
    rows_unchanged: int = 0
    rows_rejected: int = 0
    rows_valid: int = 0
    households_read: int = 0
    households_registered: int = 0
    households_updated: int = 0
    households_unchanged: int = 0
    households_rejected: int = 0
    households_valid: int = 0
    banned_columns_dropped: int = 0
    banned_values_refused: int = 0
    households_missing: int = 0
    members_missing: int = 0

    def require_balance(self) -> None:
        """Raises AccountOutOfBalance."""
        rows = self.rows_registered + self.rows_updated + self.rows_unchanged + self.rows_rejected + self.rows_valid
        households = (
            self.households_registered
            + self.households_updated
            + self.households_unchanged
            + self.households_rejected
            + self.households_valid
        )
        if rows != self.rows_read or households != self.households_read:
            raise AccountOutOfBalance(
                f"Read {self.rows_read} rows, {self.households_read} households; accounted: {rows}, {households}."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryImport:
    id: UUID
    file_id: UUID
    file_sha256: str
    area_path: str
    mode: ImportMode
    choice: HeaderChoice
    encoding: FileEncoding | None
    state: ImportState
    account: ImportAccount
    job_id: UUID | None
    requested_by: str
    requested_at: datetime
    finished_at: datetime | None = None
    refusal_code: str | None = None
    refusal_message: str | None = None
    report_file_id: UUID | None = None
    headers: tuple[tuple[str, str], ...] = ()
    """Our name of each column that the file has, and its header there."""
    header_row: int | None = None
    """Once the file is read: which of its rows was taken for the header."""
