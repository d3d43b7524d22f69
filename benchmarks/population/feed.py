"""Rows of an invented department about registered people and strangers, with the truth beside them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmarks.population.name_pools import MEN
from benchmarks.population.registry import (
    ARABIC,
    CYRILLIC,
    HAN,
    LATIN,
    SURNAME_AND_GIVEN,
    People,
    table,
)
from benchmarks.population.variants import (
    DOTS,
    Noise,
    in_arabic,
    in_cyrillic,
    in_han,
    mistyped,
    spelled,
    wrong_number,
)

STRANGERS = 0.25
_TOGETHER = 0.4
"""Share of rows whose household comes with more than one member."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A person as registered, or as a stranger would have been."""

    index: int
    id_number: str
    birth: str
    sex: str
    village: str
    household: str
    phone: str | None


def feed(people: People, rows: int, *, seed: int, noise: Noise | None = None) -> pl.DataFrame:
    """`person` is the truth: the registered person's number, null for a stranger. `family` is the department's own
    number of a household, in half of the rows of households with several members in the feed.
    """
    noise = noise or Noise()
    random = np.random.default_rng((seed, 7))
    chosen = _sample(people, rows, random)
    known = table(people, chosen)
    written: list[dict[str, str | int | None]] = []
    villages = known["village_code"].unique().sort().to_list()
    sizes = np.bincount(people.household[chosen])
    family_of = random.permutation(len(sizes))
    for entry in known.iter_rows(named=True):
        index = int(entry["person"])
        person = _Row(
            index=index,
            id_number=entry["id_number"],
            birth=entry["date_of_birth"].isoformat(),
            sex=entry["sex"],
            village=entry["village_code"],
            household=entry["household_code"],
            phone=entry["phone"],
        )
        family = int(people.household[index])
        several = sizes[family] > 1 and random.random() < 0.8
        written.append(
            {
                "name": None if random.random() < noise.no_name else name_as_written(people, index, noise, random),
                "id_number": _id_number(person, noise, random),
                "date_of_birth": _birth(person, noise, random),
                "sex": _sex(person, noise, random),
                "village_code": _village(person, villages, noise, random),
                "household_code": _household(person, noise, random),
                "phone": _phone(person, noise, random),
                "family": f"F{family_of[family]:07}" if several else None,
                "person": index if people.registered[index] else None,
            }
        )
    frame = pl.DataFrame(written, infer_schema_length=None)
    order = np.random.default_rng((seed, 8)).permutation(len(frame))
    return frame[order].with_row_index("row")


def _sample(people: People, rows: int, random: np.random.Generator) -> NDArray[np.int64]:
    strangers = np.flatnonzero(~people.registered)
    strange = random.choice(strangers, size=min(len(strangers), round(rows * STRANGERS)), replace=False)
    registered = np.flatnonzero(people.registered)
    wanted = rows - len(strange)
    single = random.choice(registered, size=wanted, replace=False)
    households = people.household[single[: round(wanted * _TOGETHER / 3)]]
    together = registered[np.isin(people.household[registered], households)]
    together = together[random.random(len(together)) < 0.85]
    chosen = np.unique(np.concatenate((single[: max(0, wanted - len(together))], together)))
    missing = np.setdiff1d(single, chosen)[: max(0, wanted - len(chosen))]
    return np.sort(np.concatenate((chosen[:wanted], missing, strange)))


def name_as_written(people: People, index: int, noise: Noise, random: np.random.Generator) -> str:
    pools = people.pools
    own, father = int(people.own[index]), int(people.father[index])
    if people.kind[index] == SURNAME_AND_GIVEN:
        return _chinese(pools.surnames[father], pools.given[own], noise, random)
    mens = people.sex[index] == MEN
    pool = pools.men if mens else pools.women
    script = int(people.script[index])
    if random.random() < noise.other_script:
        script = int(random.choice([HAN, LATIN, LATIN, ARABIC, CYRILLIC], p=[0.4, 0.25, 0.25, 0.08, 0.02]))
    parts = [
        _part(pool.latin[own].lower(), pool.han[own], script, noise, random),
        _part(pools.men.latin[father].lower(), pools.men.han[father], script, noise, random),
    ]
    if random.random() < noise.one_part:
        parts = parts[:1]
    elif random.random() < noise.swapped_parts:
        parts.reverse()
    if random.random() < noise.typing_error:
        place = int(random.integers(len(parts)))
        parts[place] = mistyped(parts[place], random)
    if script == LATIN:
        capitals = random.random()
        parts = [part.upper() if capitals < 0.15 else part if capitals < 0.2 else part.capitalize() for part in parts]
    return DOTS[int(random.integers(len(DOTS)))].join(parts)


def _part(latin: str, usual: str, script: int, noise: Noise, random: np.random.Generator) -> str:
    if script == HAN:
        return in_han(latin, usual, noise, random)
    if script == ARABIC:
        return in_arabic(latin, noise, random)
    if script == CYRILLIC:
        return in_cyrillic(latin, noise, random)
    return spelled(latin, noise, random)


def _chinese(surname: str, given: str, noise: Noise, random: np.random.Generator) -> str:
    name = surname + given
    if random.random() < noise.typing_error and len(given) > 1:
        kind = random.random()
        name = surname + given[::-1] if kind < 0.3 else surname + given[0] if kind < 0.6 else mistyped(name, random)
    return f"{name[0]}\u3000{name[1]}" if len(name) == 2 and random.random() < 0.2 else name


def _id_number(person: _Row, noise: Noise, random: np.random.Generator) -> str | None:
    if random.random() < noise.no_id:
        return None
    return wrong_number(person.id_number, noise, random) if random.random() < noise.wrong_id else person.id_number


def _birth(person: _Row, noise: Noise, random: np.random.Generator) -> str | None:
    year, month, day = person.birth.split("-")
    kind = random.random()
    if kind < noise.no_birth:
        return None
    if kind < noise.no_birth + noise.year_only:
        return str(int(year) + (int(random.integers(-1, 2)) if random.random() < 0.1 else 0))
    if random.random() < noise.wrong_birth:
        change = random.random()
        if change < 0.4:
            return f"{int(year) + int(random.choice([-1, 1, 10, -10]))}-{month}-{day}"
        if change < 0.7 and int(day) <= 12:
            return f"{year}-{day}-{month}"
        return f"{year}-{month}-{int(random.integers(1, 29)):02}"
    form = int(random.integers(4))
    return (
        f"{year}-{month}-{day}",
        f"{year}{month}{day}",
        f"{year}/{int(month)}/{int(day)}",
        f"{year}年{int(month)}月{int(day)}日",
    )[form]


def _sex(person: _Row, noise: Noise, random: np.random.Generator) -> str | None:
    if random.random() < noise.no_sex:
        return None
    return ("F" if person.sex == "M" else "M") if random.random() < noise.wrong_sex else person.sex


def _village(person: _Row, villages: list[str], noise: Noise, random: np.random.Generator) -> str | None:
    kind = random.random()
    if kind < noise.no_village:
        return None
    if kind >= noise.no_village + noise.wrong_village:
        return person.village
    near = random.random() < 0.6
    if near:
        return person.village[:9] + f"{201 + int(random.integers(15)):03}"
    return villages[int(random.integers(len(villages)))]


def _household(person: _Row, noise: Noise, random: np.random.Generator) -> str | None:
    if random.random() >= noise.household:
        return None
    if random.random() < noise.wrong_household:
        return person.household[:-4] + f"{int(random.integers(300)):04}"
    return person.household


def _phone(person: _Row, noise: Noise, random: np.random.Generator) -> str | None:
    if person.phone is None or random.random() >= noise.phone:
        return None
    if random.random() < noise.wrong_phone:
        return wrong_number(person.phone, noise, random)
    return f"+86 {person.phone[:3]}-{person.phone[3:7]}-{person.phone[7:]}" if random.random() < 0.1 else person.phone
