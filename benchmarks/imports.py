"""CPU of reading, checking and staging a county's registry sheet, beside frictionless on the same file.

Every figure is CPU time of everything that worked for it: this process, the reading processes it started, and where
the database took part its server's processes too. What this process imports once, as the service does, is not in it;
the start of each reading process is. Exits 1 when a bar is short.

    python benchmarks/imports.py [--quick]
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import io
import os
import statistics
import tempfile
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import psutil

from benchmarks.bars import Bars
from benchmarks.cpu_time import Cpu, best, cpu_now, since
from benchmarks.imports_peer import frictionless_run
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
from households_service.files.encodings import utf8_of
from households_service.files.error_sheet import error_sheet
from households_service.files.grid import Grid
from households_service.files.reading import csv_grid
from households_service.imports.domain import ImportAccount, ImportMode, ImportState, RegistryImport
from households_service.imports.places import Village, VillageIndex
from households_service.imports.reading import StagedFile, check_file, read_file, stage_file
from households_service.imports.registry_sheet import REGISTRY_SHEET
from households_service.imports.service import issues_json
from households_service.imports.work import HOUSEHOLDS_PER_BLOCK
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--quick", action="store_true", help="the same rows and bars, fewer rounds; the peer on a fifth of the rows"
    )
    quick = parser.parse_args().quick
    rounds, count, peer_count = 3, 100_000, (20_000 if quick else 100_000)
    made = rows(count)
    # Nothing of it is garbage: whoever collects during a figure need not look at a million cells.
    gc.freeze()
    text, book = csv_content(made), xlsx_content(made)
    unpacked = sum(part.file_size for part in zipfile.ZipFile(io.BytesIO(book)).infolist())
    print(
        f"{count:,} rows x {len(HEADER)} columns: CSV {len(text) / 1e6:.1f} MB, XLSX {len(book) / 1e6:.1f} MB"
        f" ({unpacked / 1e6:.0f} MB unpacked); {os.cpu_count()} processors"
    )
    bars = Bars()
    xlsx_bar(bars, book, count, rounds)
    peers_rate = peer_bar(bars, text, csv_content(made[:peer_count]), count / peer_count, rounds)
    csv_bar(bars, text, count, peers_rate)
    bars.finish()


def xlsx_bar(bars: Bars, book: bytes, count: int, rounds: int) -> None:
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
    bars.at_most(
        "xlsx-100000x15-staged-validated-reported", cpu.total, XLSX_SECONDS_PER_100_000, unit="CPU-s", digits=2
    )


def csv_bar(bars: Bars, text: bytes, count: int, peers_rate: float) -> None:
    def whole() -> None:
        grid = read_file(text, FileFormat.CSV, asked())
        check_file(grid, match_headers(grid.header, REGISTRY_SHEET.headers), INDEX, RULES, within=COUNTY)

    ours = best(whole, 5)
    print(f"CSV read in a limited process, every rule checked: {ours.total:.3f} CPU-seconds: {ours.told()}")
    rate = count / ours.total
    bars.at_least(
        "csv-read-and-validated",
        rate,
        CSV_ROWS_PER_SECOND,
        peers={"frictionless": peers_rate},
        unit="rows/CPU-s",
        digits=0,
    )


def peer_bar(bars: Bars, text: bytes, peer_text: bytes, share: float, rounds: int) -> float:
    """Ours and the peer's turn about, so that what else the machine does falls on both; the middle ratio counts.

    Returns how many rows the peer checks in a CPU-second.
    """

    def cells_alone() -> None:
        grid = in_this_process(text)
        check_cells(grid, match_headers(grid.header, REGISTRY_SHEET.headers), REGISTRY_SHEET, RULES)

    cells_alone()
    ours: list[float] = []
    peers: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "registry.csv"
        path.write_bytes(peer_text)
        plain, plain_errors = frictionless_run(path, check_digit=False)
        for _ in range(rounds):
            ours.append(best(cells_alone, 3).total)
            same, same_errors = frictionless_run(path, check_digit=True)
            peers.append(same.total * share)
    times = statistics.median(peer / own for own, peer in zip(ours, peers, strict=True))
    count = text.count(b"\n") - 1
    print(
        f"frictionless, the same rows: {count / (plain.total * share):,.0f} rows per CPU-second (types, lists,"
        f" patterns: {plain_errors:,} errors), {count / min(peers):,.0f} with the check digit ({same_errors:,} errors)"
    )
    print(
        f"  the same work of ours, cells only and no process of its own, as the peer has none: {min(ours):.3f}"
        f" CPU-seconds, {count / min(ours):,.0f} rows per CPU-second; ratios"
        f" {', '.join(f'{peer / own:.1f}' for own, peer in zip(ours, peers, strict=True))}"
    )
    bars.at_least(
        "times-frictionless-cells-with-check-digit",
        times,
        TIMES_FRICTIONLESS,
        unit="x",
        digits=1,
        note=f"frictionless {min(peers):.1f} CPU-s, ours {min(ours):.3f}",
    )
    return count / min(peers)


def in_this_process(text: bytes) -> Grid:
    """What the reading process does, here: the peer has none."""
    utf8, _ = utf8_of(text)
    return csv_grid(read_delimited(utf8))


if __name__ == "__main__":
    main()
