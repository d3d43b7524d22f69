"""The county's own past as a table to train on: from stored assessments and cases to a points table."""

from __future__ import annotations

import asyncio
import math
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import numpy as np
import polars as pl
import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from chassis.clock import OffsetClock
from chassis.errors import Forbidden
from chassis.identity import Actor
from chassis.ids import new_id
from chassis.tables import audit
from holdfast.cli import build
from risk_service.assessments.domain import Assessment
from risk_service.likelihood.declared import declared
from risk_service.likelihood.starting import starting_table
from risk_service.monitoring.vintages import Vintage, start_export, vintages
from risk_service.policy.domain import LikelihoodBand
from risk_service.publishing.service import serving
from risk_service.scoring.points import read_points
from tests.risk_service.desk import APPROVER, SPECIALIST, STAFF, SUPPORT, Desk, Family
from tests.risk_service.factories import COUNTY, VILLAGE
from tests.risk_service.integration.cases.journey import NO_DROP, REVIEWER, done, noon, propose, visited
from tests.risk_service.integration.planning.town import PLANNER

DAYS = [date(year, month, 28) for year in range(2015, 2020) for month in (3, 6, 9, 12)]
TOWNSHIPS = ("99/01/01/001/201/", "99/01/01/002/201/")


async def run(*arguments: str) -> tuple[int, str]:
    """The console runs its own event loop, so it stands in a thread of its own."""
    result = await asyncio.to_thread(CliRunner(env={"COLUMNS": "300"}).invoke, build("risk"), ["risk", *arguments])
    return result.exit_code, result.output


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch, risk_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """On 15 July 2020."""
    clock = tmp_path_factory.mktemp("clock") / "offset"
    OffsetClock(clock).set_offset(datetime(2020, 7, 15, tzinfo=UTC) - datetime.now(UTC))
    monkeypatch.setenv("HOLDFAST_DATABASE_URL", risk_database_url)
    monkeypatch.setenv("HOLDFAST_MODE", "demo")
    monkeypatch.setenv("HOLDFAST_CLOCK_FILE", str(clock))


def assessed(household: UUID, path: str, day: date, inputs: dict[str, float]) -> Assessment:
    at = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
    names = starting_table().names
    return Assessment(
        household_id=household,
        area_path=path,
        likelihood=0.2,
        without_support=0.2,
        low=0.1,
        high=0.3,
        visit_points=0,
        base=0,
        inputs=tuple(inputs.get(name, 0.0) for name in names),
        contributions=(),
        raising=(),
        lowering=(),
        known_at=at,
        band=LikelihoodBand.MEDIUM,
        horizon_months=12,
        line=Decimal("5000.00"),
        currency="CNY",
        policy_version="everywhere@2020.3",
        model_version=starting_table().version,
        as_of=day,
        scored_at=at,
    )


async def a_past(desk: Desk, households: int = 400) -> None:
    """Five years of quarters; incomes wander, and fall where somebody is ill."""
    draw = np.random.default_rng(7)
    ids = [new_id() for _ in range(households)]
    level, costs = draw.normal(0.45, 0.4, households), np.zeros(households)
    async with desk.begin() as uow:
        await serving(uow)
    for day in DAYS:
        level = 0.45 + 0.9 * (level - 0.45) + draw.normal(0.0, 0.16, households) - 0.25 * (costs > 0)
        costs = np.where(draw.random(households) < 0.1, draw.random(households), 0.0)
        async with desk.begin() as uow:
            await uow.assessments.put(
                assessed(
                    one,
                    TOWNSHIPS[number % 2],
                    day,
                    {
                        "log_income": float(level[number]),
                        "illness_costs": float(costs[number]),
                        "ln_members": float(np.log(1 + number % 6)),
                        "head_65": float(number % 5 == 0),
                        "children_share": number % 4 / 4,
                    },
                )
                for number, one in enumerate(ids)
            )


async def test_a_countys_past_is_exported_and_a_table_trained_and_tested_on_it(
    desk: Desk, console: None, tmp_path: Path
) -> None:
    await a_past(desk)
    table, features = tmp_path / "past.parquet", tmp_path / "features.toml"
    asked = ("--out", str(table), "--features", str(features), "--by", "planner-1", "--reason", "Yearly retraining.")
    code, told = await run("outcomes", *asked)
    assert code == 0, told

    frame = pl.read_parquet(table)
    assert told.startswith(f"{frame.height:,} rows of 400 households on ")
    assert set(declared().names) <= set(frame.columns)
    assert not {"household_id", "area_path", "name", "village"} & set(frame.columns)
    assert sorted(frame["household"].unique()) == list(range(1, 401))
    assert set(frame["area"].unique()) == {"99/01/01/001/", "99/01/01/002/"}
    over = frame.filter(pl.col("as_of") == date(2018, 12, 31))
    then = frame.filter(pl.col("as_of") == date(2019, 12, 31)).select("household", "log_income")
    both = over.join(then, on="household", suffix="_then")
    assert both["fell_in_12_months"].to_list() == [int(one <= 0) for one in both["log_income_then"]]
    assert both["above_line"].to_list() == [int(one > 0) for one in both["log_income"]]
    assert frame.filter(pl.col("as_of") == date(2020, 6, 30))["fell_in_12_months"].null_count() == 400

    model, again = tmp_path / "model", tmp_path / "again"
    on = ("--table", str(table), "--features", str(features))
    code, told = await run("train", *on, "--out", str(model))
    assert code == 0, told
    made = read_points((model / "points.json").read_text(encoding="utf-8"))
    assert (made.stage, made.labels > 500, made.horizon_months) == ("ridge", True, 12)
    assert [share.months for share in made.horizons][:2] == [3, 6]
    code, told = await run("evaluate", *on, "--out", str(again))
    assert code == 0, told
    assert "2019" in told
    assert "AUC" in told
    assert (again / "points.json").read_bytes() == (model / "points.json").read_bytes()

    # Csv says the same; the log says who took it and why.
    csv = tmp_path / "past.csv"
    code, told = await run("outcomes", "--out", str(csv), *asked[2:], "--every", "12")
    assert code == 0, told
    assert set(pl.read_csv(csv, try_parse_dates=True)["as_of"].dt.month()) == {12}
    async with desk.begin() as uow:
        rows = list(await uow.connection.execute(select(audit).where(audit.c.action == "OUTCOMES_EXPORTED")))
    assert {(row.actor, row.purpose) for row in rows} == {("planner-1", "TRAINING: Yearly retraining.")}
    assert (await run("publish", str(model / "points.json"), "--by", "planner-1"))[0] == 0


async def test_a_confirmed_case_is_a_return_and_what_came_to_be_known_later_is_no_input(desk: Desk) -> None:
    desk.clock.at = noon("2020-08-30")
    calm, family = await desk.family(), await desk.family()
    for one in (calm, family):
        await desk.statement(one, "18000.00", received=NO_DROP, as_of="2020-08-30")
    desk.clock.at = noon("2020-09-18")
    alert = await visited(desk, family, "V-1")
    await desk.bill(calm, "800.00", record_id="V-2", on="2020-08-20")
    desk.clock.at = noon("2020-09-21")
    case_id = (await propose(desk, family, alertId=str(alert.id)))["id"]
    desk.clock.at = noon("2020-09-24")
    await done(desk, SPECIALIST, "holdCommunityReview", case_id, "REVIEWED")
    await done(desk, SPECIALIST, "publishNotice", case_id, "ON_NOTICE", kind="PublishNoticeInput")
    await done(desk, REVIEWER, "checkCase", case_id, "CHECKED")
    desk.clock.at = noon("2020-09-29")
    await done(desk, APPROVER, "approveCase", case_id, "OPEN")
    desk.clock.at = noon("2021-01-05")

    async with desk.begin(PLANNER) as uow:
        days = await start_export(
            uow, PLANNER, area_path=COUNTY, reason="A look.", every_months=1, since=date(2020, 8, 1)
        )
        told = {one.day: one async for one in vintages(uow, days, area_path=VILLAGE)}
    assert [f"{day:%Y-%m-%d}" for day in days] == ["2020-08-31", "2020-09-30", "2020-10-31", "2020-11-30", "2020-12-31"]
    before, after = told[days[0]], told[days[1]]
    assert fate(before, family, 3) == (0.0, 1.0, 1.0)
    assert fate(before, calm, 3) == (0.0, 0.0, 0.0)
    # Opened before that day: nothing new was confirmed.
    assert fate(after, family, 3) == (0.0, 0.0, 0.0)
    assert all(math.isnan(one) for one in fate(before, family, 6))
    assert all(math.isnan(one) for one in fate(told[days[2]], family, 3))
    # The bill of August was known in September only.
    assert [value(one, calm, "illness_costs") for one in (before, after)] == [0.0, 800 / 20000]


def fate(one: Vintage, family: Family, months: int) -> tuple[float, float, float]:
    row, found = one.households.index(family.id), one.fates[months]
    return float(found.below[row]), float(found.confirmed[row]), float(found.fell[row])


def value(one: Vintage, family: Family, name: str) -> float:
    return float(one.values[one.households.index(family.id), declared().place_of(name)])


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (("--out", "past.xlsx"), "RISK_OUTPUT_UNWRITABLE"),
        (("--out", "past.csv", "--by", " "), "PUBLISHER_MISSING"),
        (("--out", "past.csv", "--reason", " "), "INVALID_INPUT"),
        (("--out", "past.csv", "--every", "13"), "INVALID_INPUT"),
        (("--out", "past.csv", "--since", "2035-01-01"), "NOTHING_TOLD_YET"),
    ],
)
async def test_what_cannot_be_taken_is_refused_and_nothing_written(
    desk: Desk, console: None, tmp_path: Path, more: tuple[str, ...], code: str
) -> None:
    more = tuple(str(tmp_path / one) if one.startswith("past.") else one for one in more)
    asked = ("--features", str(tmp_path / "f.toml"), "--by", "planner-1", "--reason", "Retraining.")
    ended, told = await run("outcomes", *asked, *more)
    assert (ended, told.partition(":")[0]) == (1, code), told
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("actor", [STAFF, SUPPORT], ids=lambda actor: actor.subject)
async def test_only_offices_that_train_take_the_past(desk: Desk, actor: Actor) -> None:
    with pytest.raises(Forbidden):
        async with desk.begin() as uow:
            await start_export(uow, actor, area_path="", reason="Mine.", every_months=3, since=None)
