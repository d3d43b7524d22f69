"""Fit the model that comes with the product, on invented people only, and say how it does on other invented people.

    python benchmarks/link_model.py [--quick]   measures the shipped model on people it was not fitted on
    python benchmarks/link_model.py --write     fits it again before, and writes it where the product has it

Exits 1 when a bar is short.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import orjson
import polars as pl

from benchmarks.bars import Bars
from benchmarks.population.feed import STRANGERS, feed
from benchmarks.population.registry import invent, table
from households_service.identities.deciding import Outcome, Surroundings, decide
from households_service.identities.models.domain import LinkModel, from_json, to_json
from households_service.identities.models.fitting import fit
from households_service.identities.sketches import Sketch
from households_service.identities.weighing import SCHEMA, columns_of, weigh
from households_service.linkage.candidates import candidate_pairs
from households_service.linkage.table import person_table

SHIPPED = Path(__file__).parents[1] / "households_service/identities/models/shipped.json"
PERSONS, ROWS = 60_000, 12_000
FITTED_ON, MEASURED_ON = 20_261_123, 7
LEAST_RECALL = 0.93


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="fit it again before")
    parser.add_argument("--quick", action="store_true", help="5,000 persons and 1,500 rows")
    parser.add_argument("--persons", type=int, default=20_000, help="registered people to measure on")
    parser.add_argument("--rows", type=int, default=5_000)
    asked = parser.parse_args()
    if asked.write:
        started = time.process_time()
        people, rows, _ = population(PERSONS, ROWS, seed=FITTED_ON)
        source = f"invented prefecture, {PERSONS} persons, {ROWS} rows, seed {FITTED_ON}"
        model = fit(columns_of(rows), columns_of(people), source=source).named("shipped")
        SHIPPED.write_bytes(orjson.dumps(to_json(model), option=orjson.OPT_INDENT_2) + b"\n")
        print(f"{SHIPPED.name}: {model.version}, {time.process_time() - started:.1f} CPU-seconds")
    size, sent = (5_000, 1_500) if asked.quick else (asked.persons, asked.rows)
    measure(from_json(orjson.loads(SHIPPED.read_bytes())), persons=size, rows=sent)


def population(persons: int, rows: int, *, seed: int) -> tuple[list[Sketch], list[Sketch], list[int]]:
    """Registered people, rows of a feed, and per row the place of its person among them, -1 for a stranger."""
    invented = invent(persons, round(rows * STRANGERS), seed=seed)
    registered, sent = table(invented), feed(invented, rows, seed=seed)
    place = {number: at for at, number in enumerate(registered["person"].to_list())}
    return sketches(registered), sketches(sent), [place.get(number, -1) for number in sent["person"].to_list()]


def sketches(frame: pl.DataFrame) -> list[Sketch]:
    columns = ("name", "id_number", "date_of_birth", "village_code", "household_code")
    texts = frame.select([pl.col(column).cast(pl.String).fill_null("") for column in columns])
    return [
        Sketch(name=name, id_number=number, date_of_birth=born, place=village, household=household)
        for name, number, born, village, household in texts.iter_rows()
    ]


def measure(model: LinkModel, *, persons: int, rows: int) -> None:
    people, sent, truth = population(persons, rows, seed=MEASURED_ON)
    started = time.process_time()
    pairs = candidate_pairs(person_table(SCHEMA, columns_of(sent), columns_of(people)))
    weighed = weigh(
        model,
        sent,
        people,
        list(zip(pairs.left.tolist(), (pairs.right - len(sent)).tolist(), strict=True)),
        persons=persons,
    )
    numbers = {code: number for number, code in enumerate(sorted({one.household for one in people}))}
    around = Surroundings(
        households=[numbers[one.household] for one in people],
        families=_families(sent),
        anchors={},
        barred=frozenset(),
    )
    decided = decide(model, sent, people, weighed, around)
    auto = [number for number, one in enumerate(decided) if one.outcome is Outcome.AUTO]
    right = sum(decided[number].likely[0].candidate == truth[number] for number in auto)
    known = sum(person >= 0 for person in truth)
    waiting = [number for number, one in enumerate(decided) if one.outcome is Outcome.REVIEW]
    first = sum(decided[number].likely[0].candidate == truth[number] for number in waiting if truth[number] >= 0)
    due = sum(truth[number] >= 0 for number in waiting)
    lost = sum(decided[number].outcome is Outcome.NEW and truth[number] >= 0 for number in range(rows))
    precision = right / max(1, len(auto))
    print(f"{model.version}: threshold {model.threshold_bits:.2f} bits, target {model.target_precision}")
    print(f"{persons:,} persons, {rows:,} rows ({known:,} about them), {time.process_time() - started:.1f} CPU-seconds")
    print(f"automatic {len(auto) / rows:.3f}  precision {precision:.4f}  recall {right / known:.3f}")
    print(f"review    {len(waiting) / rows:.3f}  of those due the first is right in {first / max(1, due):.3f}")
    print(f"unknown   {1 - (len(auto) + len(waiting)) / rows:.3f}  of which registered {lost / known:.3f} of all")
    strangers = [number for number in auto if truth[number] < 0]
    print(f"strangers linked: {len(strangers)} of {rows - known}; others wrong: {len(auto) - right - len(strangers)}")
    bars = Bars()
    bars.at_least("precision of automatic links", precision, model.target_precision)
    bars.at_least("linked by itself of those registered", right / known, LEAST_RECALL)
    bars.finish()


def _families(rows: list[Sketch]) -> list[int]:
    """By the household code that a row itself gives."""
    numbers: dict[str, int] = {}
    return [numbers.setdefault(row.household, len(numbers)) if row.household else -1 for row in rows]


if __name__ == "__main__":
    main()
