"""A registry import: its modes and states, one member's row, and the account that must add up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from chassis.errors import Conflict, InvalidInput, NotFound
from households_service.files.columns import HeaderChoice
from households_service.members.domain import LabourCapacity, Relation, Residence
from households_service.members.id_number import IdNumber
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
    WRITING = "WRITING"
    DONE = "DONE"
    REFUSED = "REFUSED"
    """The file as a whole was refused; `refusal_code` says why and nothing was registered."""


class ImportUnknown(NotFound):
    code = "UNKNOWN_IMPORT"


class ImportNotFinished(Conflict):
    code = "IMPORT_NOT_FINISHED"


class FileOfOtherPurpose(InvalidInput):
    code = "FILE_OF_OTHER_PURPOSE"


class AccountOutOfBalance(InvalidInput):
    """Every row read ends in exactly one place; anything else is a defect of ours."""

    code = "ACCOUNT_OUT_OF_BALANCE"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryRow:
    """One member as the sheet says, every cell understood."""

    number: int
    household_code: str
    village_code: str | None
    county_name: str | None
    township_name: str | None
    village_name: str | None
    member_number: str | None
    name: str
    id_number: IdNumber | None
    date_of_birth: date | None
    household_size: int | None
    relation: Relation
    labour_capacity: LabourCapacity
    residence: Residence
    in_school: bool
    disabled: bool
    phone: str | None
    registration_history: RegistrationHistory | None
    monitoring_category: MonitoringCategory | None
    unsafe_house: bool | None
    safe_water: bool | None

    def __repr__(self) -> str:
        """Never the values: a repr ends in logs and tracebacks."""
        return f"RegistryRow(number={self.number})"


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdDraft:
    """The rows of one household, checked against each other and placed in its village."""

    code: str
    area_path: str
    rows: tuple[RegistryRow, ...]

    @property
    def registration_history(self) -> RegistrationHistory:
        return next(
            (row.registration_history for row in self.rows if row.registration_history is not None),
            RegistrationHistory.NEVER_REGISTERED,
        )

    @property
    def monitoring_category(self) -> MonitoringCategory:
        return next(
            (row.monitoring_category for row in self.rows if row.monitoring_category is not None),
            MonitoringCategory.NONE,
        )

    @property
    def safe_housing(self) -> bool:
        return not any(row.unsafe_house for row in self.rows)

    @property
    def safe_water(self) -> bool:
        return all(row.safe_water is not False for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportAccount:
    """Rows read = registered + unchanged + rejected + valid (VALIDATE and a refused COMMIT_ALL register nothing)."""

    rows_read: int = 0
    rows_registered: int = 0
    rows_unchanged: int = 0
    rows_rejected: int = 0
    rows_valid: int = 0
    households_read: int = 0
    households_registered: int = 0
    households_unchanged: int = 0
    households_rejected: int = 0
    households_valid: int = 0
    banned_columns_dropped: int = 0
    banned_values_refused: int = 0

    def require_balance(self) -> None:
        """Raises AccountOutOfBalance."""
        rows = self.rows_registered + self.rows_unchanged + self.rows_rejected + self.rows_valid
        households = (
            self.households_registered + self.households_unchanged + self.households_rejected + self.households_valid
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
    state: ImportState
    account: ImportAccount
    job_id: UUID | None
    requested_by: str
    requested_at: datetime
    finished_at: datetime | None = None
    refusal_code: str | None = None
    refusal_message: str | None = None
    report_file_id: UUID | None = None
