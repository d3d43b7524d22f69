"""The sets, from well kept to hardly usable."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import combinations

from benchmarks.varied.people import persons, population
from benchmarks.varied.records import Row, Wear, written

_KINDS = {
    "first_name": "given name",
    "surname": "family name",
    "dob": "date of birth",
    "birth_place": "place",
    "postcode": "postcode",
    "gender": "sex",
    "occupation": "occupation",
}
_HEAVY = Wear(
    missing=0.30,
    typo=0.20,
    nickname=0.25,
    initial=0.08,
    swapped=0.04,
    other_place=0.20,
    date_vague=0.20,
    date_slip=0.12,
    other_job=0.3,
    new_surname=0.05,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`records`: the mean per person, at most `most_records`; `persons` of the whole set."""

    name: str
    people: str
    persons: int
    records: float
    most_records: int
    wear: Wear
    seed: int
    full_name: bool = False
    leave_out: frozenset[str] = frozenset()
    family_share: float = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class VariedSet:
    """`truth`: row numbers from 0; in one list the lower first. `right`: the columns of a second list."""

    name: str
    kinds: dict[str, str]
    columns: dict[str, list[str | None]]
    truth: set[tuple[int, int]]
    right: dict[str, list[str | None]] | None = None


PLANS = (
    Plan(
        name="historical",
        people="english",
        persons=800,
        records=8,
        most_records=20,
        seed=1,
        wear=Wear(missing=0.15, nickname=0.2, date_vague=0.15, other_place=0.12),
    ),
    Plan(name="historical, worn", people="english", persons=800, records=6, most_records=20, seed=2, wear=_HEAVY),
    Plan(
        name="historical, full name only",
        people="english",
        persons=800,
        records=5,
        most_records=12,
        seed=3,
        wear=Wear(missing=0.2),
        full_name=True,
        leave_out=frozenset({"postcode", "occupation"}),
    ),
    Plan(
        name="pairs, little known",
        people="english",
        persons=2500,
        records=1.6,
        most_records=4,
        seed=4,
        wear=Wear(missing=0.15),
        leave_out=frozenset({"postcode", "occupation", "gender"}),
    ),
    Plan(
        name="spanish",
        people="spanish",
        persons=1500,
        records=2.5,
        most_records=6,
        seed=5,
        wear=Wear(missing=0.15, accents_lost=0.4),
        leave_out=frozenset({"postcode"}),
    ),
    Plan(
        name="german",
        people="german",
        persons=2000,
        records=2,
        most_records=5,
        seed=6,
        wear=Wear(missing=0.1, accents_lost=0.3, new_surname=0.1),
        leave_out=frozenset({"occupation"}),
    ),
    Plan(
        name="turkish, full name",
        people="turkish",
        persons=1500,
        records=3,
        most_records=8,
        seed=7,
        full_name=True,
        wear=Wear(missing=0.2, accents_lost=0.5),
        leave_out=frozenset({"occupation", "postcode"}),
    ),
    Plan(
        name="polish, large families",
        people="polish",
        persons=1500,
        records=2,
        most_records=5,
        seed=8,
        wear=Wear(missing=0.1, typo=0.15),
        family_share=0.7,
    ),
)


def varied_sets(scale: float = 1.0) -> list[VariedSet]:
    return [varied_set(plan, scale) for plan in PLANS]


def varied_set(plan: Plan, scale: float = 1.0) -> VariedSet:
    rng = random.Random(plan.seed)
    made = population(plan.people, rng)
    rows: list[Row] = []
    owner: list[int] = []
    for number, person in enumerate(persons(made, max(50, int(plan.persons * scale)), plan.family_share, rng)):
        for _ in range(max(1, min(plan.most_records, round(rng.expovariate(1 / plan.records))))):
            rows.append(written(person, plan.wear, made, rng))
            owner.append(number)
    order = list(range(len(rows)))
    rng.shuffle(order)
    kinds = _KINDS
    if plan.full_name:
        for row in rows:
            row["full_name"] = " ".join(part for part in (row["first_name"], row["surname"]) if part) or None
        kinds = {"full_name": "full name"} | {key: kind for key, kind in kinds.items() if "name" not in kind}
    kinds = {key: kind for key, kind in kinds.items() if key not in plan.leave_out}
    columns = {key: [rows[at][key] for at in order] for key in kinds}
    return VariedSet(name=plan.name, kinds=kinds, columns=columns, truth=_pairs([owner[at] for at in order]))


def _pairs(owner: list[int]) -> set[tuple[int, int]]:
    groups: dict[int, list[int]] = {}
    for at, who in enumerate(owner):
        groups.setdefault(who, []).append(at)
    return {pair for group in groups.values() for pair in combinations(group, 2)}
