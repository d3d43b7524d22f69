"""`holdfast risk outcomes`: what became of the county's own households, as a table to train on."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from holdfast.console import out, plain_refusals
from holdfast.risk.database import risk_database
from holdfast.risk.files import RiskOutputUnwritable, refuse_overwriting, write_whole
from holdfast.risk.progress import progress
from holdfast.risk.serving import PublisherMissing

if TYPE_CHECKING:
    import polars as pl

    from risk_service.monitoring.vintages import Vintage

ENDINGS = (".csv", ".tsv", ".parquet")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """`every_months`: a row for each household at the end of each so many months."""

    area_path: str
    every_months: int
    since: date | None
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """`fell` and `known` are of the longest months, of households above the line."""

    table: bytes
    rows: int
    households: int
    days: tuple[date, ...]
    known: int
    fell: int


def outcomes(
    *,
    out_file: Annotated[Path, typer.Option("--out", help="The table: .csv, .tsv or .parquet.")],
    features: Annotated[Path, typer.Option("--features", help="Where what its columns mean goes: a features.toml.")],
    by: Annotated[str, typer.Option("--by", help="Login of the person who takes it.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; it is written to the audit log.")],
    area: Annotated[str, typer.Option("--area", help="At or below this area; everywhere if left out.")] = "",
    every: Annotated[int, typer.Option("--every", help="A row at the end of every so many months, 1 to 12.")] = 3,
    since: Annotated[
        datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="Not of days before this one.")
    ] = None,
) -> None:
    """Write what was known of the county's own households on former days, and what became of them, to train on.

    A row is a household at the end of a month, with the inputs its likelihood was told by on that day and none that
    came to be known later, and whether it fell back within 3, 6 and 12 months: at or below the line when they were
    over, or confirmed as a monitoring case in between. Empty: not over yet, or nobody knows. No name, no identity,
    no village; townships of fewer than ten households are left blank. Who takes it is written to the audit log.

    Example:

        holdfast risk outcomes --out t.parquet --features f.toml --by planner-1 --reason "yearly retraining"

        holdfast risk train --table t.parquet --features f.toml --out model
    """
    with plain_refusals():
        if out_file.suffix.lower() not in ENDINGS:
            raise RiskOutputUnwritable(f"--out: {out_file}: a table ends in .csv, .tsv or .parquet.", field="out")
        refuse_overwriting(out_file, (features,))
        day = None if since is None else since.date()
        wanted = Wanted(area_path=_path(area), every_months=every, since=day, by=by, reason=reason)
        with progress() as told:
            taken = take(wanted, ending=out_file.suffix.lower(), told=told)
        write_whole({out_file: taken.table, features: features_toml()})
    out.print(
        f"{taken.rows:,} rows of {taken.households:,} households on {len(taken.days)} days, {taken.days[0]} to"
        f" {taken.days[-1]}. Of {taken.known:,} above the line whose 12 months are over, {taken.fell:,} fell back."
    )
    out.print(f"They are in {out_file}, what they mean in {features}.")


def _path(area: str) -> str:
    from gateway.login.issuer import area_path

    return area_path(area) if area else ""


def take(wanted: Wanted, *, ending: str, told: Callable[[str, float], None]) -> Taken:
    """Raises NothingTold, PublisherMissing, Forbidden or InvalidInput."""
    if not wanted.by.strip():
        raise PublisherMissing("Say in whose name: --by LOGIN.", field="by")
    found = asyncio.run(_read(wanted, told))
    told("writing", 0.95)
    frame = _frame(found)
    own = f"fell_in_{max(found[0].fates)}_months"
    known = frame.filter(frame["above_line"] == 1)[own].drop_nulls()
    return Taken(
        table=_bytes(frame, ending),
        rows=frame.height,
        households=int(frame["household"].n_unique()),
        days=tuple(one.day for one in found),
        known=len(known),
        fell=int(known.sum() or 0),
    )


async def _read(wanted: Wanted, told: Callable[[str, float], None]) -> list[Vintage]:
    from chassis.identity import Actor, Role
    from risk_service.monitoring.vintages import start_export, vintages

    actor = Actor(subject=wanted.by.strip(), roles=frozenset({Role.PLANNER, Role.SYSTEM}))
    found: list[Vintage] = []
    async with risk_database() as begin, begin(actor) as uow:
        days = await start_export(
            uow,
            actor,
            area_path=wanted.area_path,
            reason=wanted.reason,
            every_months=wanted.every_months,
            since=wanted.since,
        )
        async for one in vintages(uow, days, area_path=wanted.area_path):
            found.append(one)
            told(f"{one.day}", 0.9 * len(found) / len(days))
    return found


def _frame(found: list[Vintage]) -> pl.DataFrame:
    """Named as the service's own features.toml names them."""
    import polars as pl

    from risk_service.likelihood.declared import declared
    from risk_service.monitoring.vintages import numbered, townships

    own = declared()
    numbers = numbered(household for one in found for household in one.households)
    areas = townships(pair for one in found for pair in zip(one.households, one.area_paths, strict=True))
    labels = {own.horizon_months: own.label, **{one.months: one.label for one in own.horizons}}
    frames = []
    for one in found:
        columns: dict[str, pl.Series] = {
            "household": pl.Series([numbers[household] for household in one.households], dtype=pl.Int64),
            "as_of": pl.Series([one.day] * len(one.households), dtype=pl.Date),
            "area": pl.Series([areas[path] for path in one.area_paths], dtype=pl.String),
            "above_line": _flags(pl.Series(one.above_line)),
        }
        for place, feature in enumerate(own.features):
            columns[feature.column] = pl.Series(one.values[:, place]).fill_nan(None)
        for months, label in sorted(labels.items()):
            fate = one.fates[months]
            columns[label] = _flags(pl.Series(fate.fell))
            columns[f"below_line_after_{months}_months"] = _flags(pl.Series(fate.below))
            columns[f"confirmed_in_{months}_months"] = _flags(pl.Series(fate.confirmed))
        frames.append(pl.DataFrame(columns))
    return pl.concat(frames).sort("as_of", "household")


def _flags(series: pl.Series) -> pl.Series:
    import polars as pl

    return series.fill_nan(None).cast(pl.Int8)


def _bytes(frame: pl.DataFrame, ending: str) -> bytes:
    if ending == ".parquet":
        file = io.BytesIO()
        frame.write_parquet(file)
        return file.getvalue()
    return frame.write_csv(separator="\t" if ending == ".tsv" else ",").encode()


def features_toml() -> bytes:
    """What the columns mean, as the service declares it."""
    from risk_service.likelihood.declared import PLACE

    return PLACE.read_bytes()
