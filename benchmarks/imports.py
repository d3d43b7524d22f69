"""CPU of reading, checking and staging a county's registry sheet, beside frictionless on the same file.

Every figure is CPU time of everything that worked for it: this process, the reading processes it started, and where
the database took part its server's processes too. What this process imports once, as the service does, is not in it;
the start of each reading process is. Exits 1 when a bar is missed.

    PYTHONPATH=.:proto python benchmarks/imports.py [--quick]
"""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import resource
import sys
import tempfile
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import psutil
from frictionless import Check, Schema, errors, validate
from frictionless.resources import TableResource

from benchmarks.registry_sheet import HEADER, VILLAGES, csv_content, rows, xlsx_content
from chassis.clock import FixedClock
from chassis.database import Database
from chassis.embedded import Engines
from chassis.embedded.scratch import scratch_folder
from chassis.identity import SYSTEM_ACTOR
from chassis.ids import new_id
from chassis.migrate import migrate
from chassis.vault import Vault
from households_service.files.columns import HeaderChoice, match_headers
from households_service.files.delimited import read_delimited
from households_service.files.domain import FileFormat
from households_service.files.encodings import decode
from households_service.files.error_sheet import error_sheet
from households_service.files.grid import Grid
from households_service.files.reading import csv_grid
from households_service.imports.domain import ImportAccount, ImportMode, ImportState, RegistryImport
from households_service.imports.places import Village, VillageIndex
from households_service.imports.reading import StagedFile, check_file, read_file, stage_file
from households_service.imports.registry_sheet import REGISTRY_SHEET
from households_service.imports.service import issues_json
from households_service.imports.work import HOUSEHOLDS_PER_BLOCK
from households_service.linkage.identity_number import check_character
from households_service.sheets.checking import check_cells
from households_service.sheets.kinds import Rules
from households_service.uow import HouseholdsUnitOfWork, RegistryRules

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
COUNTY = "99/01/01/"
RULES = Rules(today=date(2026, 11, 23), sample_ids_allowed=True)
INDEX = VillageIndex(
    Village(
        path=f"{COUNTY}001/{200 + number}/",
        codes=(f"990101001{200 + number}",),
        name=f"village {number}",
        township_name="township",
        county_name="county",
    )
    for number in range(VILLAGES)
)
XLSX_SECONDS_PER_100_000 = 5.0
CSV_ROWS_PER_SECOND = 100_000
TIMES_FRICTIONLESS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Cpu:
    """Seconds. `server`: of processes that are not ours to wait for."""

    own: float
    children: float
    server: float = 0.0

    @property
    def total(self) -> float:
        return self.own + self.children + self.server

    def told(self) -> str:
        parts = f"this process {self.own:.2f}, reading process {self.children:.2f}"
        return parts + (f", database server {self.server:.2f}" if self.server else "")


def cpu_now(server: psutil.Process | None = None) -> Cpu:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    serving = 0.0
    if server is not None:
        # The server waits for its own, so that those who ended are in children_*.
        for process in (server, *server.children(recursive=True)):
            times = process.cpu_times()
            serving += times.user + times.system
        ended = server.cpu_times()
        serving += ended.children_user + ended.children_system
    return Cpu(own=own.ru_utime + own.ru_stime, children=children.ru_utime + children.ru_stime, server=serving)


def since(before: Cpu, server: psutil.Process | None = None) -> Cpu:
    now = cpu_now(server)
    return Cpu(own=now.own - before.own, children=now.children - before.children, server=now.server - before.server)


def best(run: Callable[[], object], times: int) -> Cpu:
    found = []
    for _ in range(times):
        before = cpu_now()
        run()
        found.append(since(before))
    return min(found, key=lambda cpu: cpu.total)


def asked() -> RegistryImport:
    return RegistryImport(
        id=new_id(),
        file_id=new_id(),
        file_sha256="",
        area_path=COUNTY,
        mode=ImportMode.VALIDATE,
        choice=HeaderChoice(),
        encoding=None,
        state=ImportState.READING,
        account=ImportAccount(),
        job_id=None,
        requested_by="benchmark",
        requested_at=NOW,
    )


@asynccontextmanager
async def households_database() -> AsyncIterator[tuple[Database, psutil.Process]]:
    """The embedded PostgreSQL as tests start it, with the service's schema; and its server process."""
    async with scratch_folder("benchmark") as data, Engines.prepare(data, durable=False) as engines:
        url = engines.postgres.url("households")
        await migrate(url, ROOT / "households_service" / "migrations")
        started = [
            process
            for process in psutil.process_iter(["name", "cmdline"])
            if process.info["name"] == "postgres" and str(data) in " ".join(process.info["cmdline"] or ())
        ]
        server = started[0] if started else psutil.Process()
        database = Database.connect(url)
        try:
            yield database, server
        finally:
            await database.close()


async def staged(
    content: bytes, database: Database, server: psutil.Process, vault: Vault
) -> tuple[Cpu, StagedFile, int]:
    """Read, checked, sealed, written to the database with every row's state and issue, and both reports made."""
    one = asked()
    before = cpu_now(server)
    found = stage_file(
        content,
        FileFormat.XLSX,
        one,
        villages=INDEX,
        rules=RULES,
        vault=vault,
        households_per_block=HOUSEHOLDS_PER_BLOCK,
    )
    async with HouseholdsUnitOfWork(
        database, SYSTEM_ACTOR, FixedClock(NOW), vault, RegistryRules(samples_allowed=True)
    ) as uow:
        await uow.imports.add(one)
        await uow.staging.add(one, found.blocks)
        await uow.imports.add_issues(one, found.issues)
    sheet = error_sheet(found.grid, found.match, found.issues, FileFormat.XLSX)
    async with HouseholdsUnitOfWork(
        database, SYSTEM_ACTOR, FixedClock(NOW), vault, RegistryRules(samples_allowed=True)
    ) as uow:
        report = issues_json([issue for _, issue in await uow.imports.issues(one.id)])
    return since(before, server), found, len(sheet) + len(report)


class CheckDigit(Check):
    """The same MOD 11-2 rule, so that the peer does the same work once."""

    type = "check-digit"
    Errors = [errors.CellError]  # noqa: RUF012 - the peer's own form

    def validate_row(self, row: object) -> Iterator[object]:
        number = row["证件号码"]  # type: ignore[index]
        if number and (len(number) != 18 or not number[:17].isdigit() or check_character(number[:17]) != number[17]):
            yield errors.CellError.from_row(row, note="check digit", field_name="证件号码")


def frictionless_schema() -> Schema:
    words = {
        "与户主关系": ["户主", "配偶", "之子", "之女"],
        "在校生状况": ["非在校生", "小学"],
        "健康状况": ["健康"],
        "脱贫属性": ["已脱贫"],
        "危房户": ["是", "否"],
        "饮水安全": ["是", "否"],
    }
    required = {"户编号", "姓名", "与户主关系"}
    fields = []
    for name in HEADER:
        limits: dict[str, object] = {"required": name in required}
        if name in words:
            limits["enum"] = words[name]
        if name == "户编号":
            limits["pattern"] = r"[0-9A-Z.\-]{3,40}"
        fields.append({"name": name, "type": "integer" if name == "人数" else "string", "constraints": limits})
    return Schema.from_descriptor({"fields": fields})


def frictionless_run(path: Path, *, check_digit: bool) -> tuple[Cpu, int]:
    before = cpu_now()
    checks = [CheckDigit()] if check_digit else []
    report = validate(
        TableResource(path=path.name, basepath=str(path.parent), schema=frictionless_schema(), format="csv"),
        checks=checks,
        limit_errors=10_000_000,
    )
    return since(before), sum(len(task.errors) for task in report.tasks)


def line(name: str, ours: str, bar: str, *, held: bool) -> bool:
    print(f"BAR {name:58} {ours:>24}   bar {bar:<26} {'held' if held else 'MISSED'}")
    return held


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--quick", action="store_true", help="the same rows and bars, fewer rounds; the peer on a fifth of the rows"
    )
    quick = parser.parse_args().quick
    rounds, count, peer_count = (2 if quick else 3), 100_000, (20_000 if quick else 100_000)
    made = rows(count)
    text, book = csv_content(made), xlsx_content(made)
    unpacked = sum(part.file_size for part in zipfile.ZipFile(io.BytesIO(book)).infolist())
    print(
        f"{count:,} rows x {len(HEADER)} columns: CSV {len(text) / 1e6:.1f} MB, XLSX {len(book) / 1e6:.1f} MB"
        f" ({unpacked / 1e6:.0f} MB unpacked); {os.cpu_count()} processors"
    )
    held = [xlsx_bar(book, count, rounds), *csv_bars(text, csv_content(made[:peer_count]), count, peer_count)]
    return 0 if all(held) else 1


def xlsx_bar(book: bytes, count: int, rounds: int) -> bool:
    vault = Vault.of_key(b"k" * 32)

    async def measure() -> tuple[Cpu, StagedFile, int]:
        async with households_database() as (database, server):
            found = [await staged(book, database, server, vault) for _ in range(rounds)]
            return min(found, key=lambda one: one[0].total)

    cpu, found, size = asyncio.run(measure())
    codes = found.checked.issues["code"].value_counts(sort=True)
    sound = found.checked.sound.height
    print(f"XLSX staged: {sound:,} rows sound, {count - sound:,} not; reports of {size / 1e6:.1f} MB")
    print("  " + ", ".join(f"{code} {number:,}" for code, number in codes.iter_rows()))
    print(f"  {cpu.total:.2f} CPU-seconds: {cpu.told()} (best of {rounds})")
    print("  in it: fences, reading, checks, sealing, rows and issues in PostgreSQL, error sheet (XLSX), JSON report")
    bar = XLSX_SECONDS_PER_100_000
    return line(
        "XLSX staged + validated + reported", f"{cpu.total:.2f} CPU-s", f"<= {bar:.1f} CPU-s", held=cpu.total <= bar
    )


def csv_bars(text: bytes, peer_text: bytes, count: int, peer_count: int) -> list[bool]:
    def whole() -> None:
        grid = read_file(text, FileFormat.CSV, asked())
        check_file(grid, match_headers(grid.header, REGISTRY_SHEET.headers), INDEX, RULES, within=COUNTY)

    def cells_alone() -> None:
        grid = in_this_process(text)
        check_cells(grid, match_headers(grid.header, REGISTRY_SHEET.headers), REGISTRY_SHEET, RULES)

    ours, cells = best(whole, 5), best(cells_alone, 5)
    print(f"CSV read in a limited process, every rule checked: {ours.total:.3f} CPU-seconds: {ours.told()}")
    rate, share = count / ours.total, count / peer_count
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "registry.csv"
        path.write_bytes(peer_text)
        plain, plain_errors = frictionless_run(path, check_digit=False)
        same, same_errors = frictionless_run(path, check_digit=True)
    print(
        f"frictionless, the same rows: {peer_count / plain.total:,.0f} rows per CPU-second (types, lists, patterns:"
        f" {plain_errors:,} errors), {peer_count / same.total:,.0f} with the check digit ({same_errors:,} errors)"
    )
    print(
        f"  the same work of ours, cells only and no process of its own: {cells.total:.3f} CPU-seconds,"
        f" {count / cells.total:,.0f} rows per CPU-second, {plain.total * share / cells.total:.1f} x and"
        f" {same.total * share / cells.total:.1f} x; with the process and the rules between rows"
        f" {same.total * share / ours.total:.1f} x"
    )
    times = same.total * share / cells.total
    return [
        line(
            "CSV read + validated",
            f"{rate:,.0f} rows/CPU-s",
            f">= {CSV_ROWS_PER_SECOND:,}",
            held=rate >= CSV_ROWS_PER_SECOND,
        ),
        line(
            "times frictionless: read + cells with check digit",
            f"{times:.1f} x",
            f">= {TIMES_FRICTIONLESS} x",
            held=times >= TIMES_FRICTIONLESS,
        ),
    ]


def in_this_process(text: bytes) -> Grid:
    """What the reading process does, here: the peer has none."""
    decoded, _ = decode(text)
    return csv_grid(read_delimited(decoded))


if __name__ == "__main__":
    sys.exit(main())
