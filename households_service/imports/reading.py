"""A registry file from its bytes to what is staged: no database, so that the benchmark runs the same."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from chassis.vault import Vault
from households_service.files.columns import HeaderMatch, headers_of, match_headers
from households_service.files.domain import FileFormat
from households_service.files.grid import Grid
from households_service.files.headers import fold
from households_service.files.reading import TemplateKey, read_grid
from households_service.imports.domain import RegistryImport
from households_service.imports.households import CheckedFile, check_rows
from households_service.imports.places import VillageIndex
from households_service.imports.registry_sheet import HOUSEHOLD_CODE, REGISTRY_SHEET
from households_service.imports.staging import StagedBlock, staged_blocks
from households_service.sheets.checking import check_cells
from households_service.sheets.issues import in_senders_words
from households_service.sheets.kinds import Rules

_CODE = REGISTRY_SHEET.by_name[HOUSEHOLD_CODE]
TEMPLATE_KEY = TemplateKey(spellings=frozenset(fold(name) for name in (_CODE.name, _CODE.label, *_CODE.spellings)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StagedFile:
    """`issues` name columns as the sender does. `blocks`: every row, the sound ones sealed."""

    grid: Grid
    match: HeaderMatch
    checked: CheckedFile = field(repr=False)
    issues: pl.DataFrame = field(repr=False)
    blocks: list[StagedBlock] = field(repr=False)

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        return tuple((name, self.match.header[place].strip()) for name, place in self.match.positions.items())


def read_file(content: bytes, file_format: FileFormat, asked: RegistryImport) -> Grid:
    headers = headers_of(REGISTRY_SHEET.headers, asked.choice)
    return read_grid(content, file_format, encoding=asked.encoding, headers=headers, key=TEMPLATE_KEY)


def check_file(grid: Grid, match: HeaderMatch, villages: VillageIndex, rules: Rules, *, within: str) -> CheckedFile:
    return check_rows(check_cells(grid, match, REGISTRY_SHEET, rules), villages, rules, within=within)


def stage_file(
    content: bytes,
    file_format: FileFormat,
    asked: RegistryImport,
    *,
    villages: VillageIndex,
    rules: Rules,
    vault: Vault,
    households_per_block: int,
) -> StagedFile:
    """Blocking, for seconds. Raises the refusals of a whole file: of its bytes, its form and its header."""
    grid = read_file(content, file_format, asked)
    match = match_headers(grid.header, REGISTRY_SHEET.headers, asked.choice)
    checked = check_file(grid, match, villages, rules, within=asked.area_path)
    blocks = staged_blocks(vault, asked.id, checked, households_per_block=households_per_block)
    return StagedFile(
        grid=grid, match=match, checked=checked, issues=in_senders_words(checked.issues, match), blocks=blocks
    )
