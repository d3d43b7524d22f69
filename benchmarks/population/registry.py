"""An invented prefecture: households in villages, own and fathers' names, dates of birth, ID numbers, phones.

Everything is drawn as numbers in NumPy and written out as polars columns at the end: a million persons take little
more than the columns themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmarks.population.name_pools import MEN, WOMEN, Pool, han_given_names, han_surnames, own_names

Int32 = NDArray[np.int32]
HAN, LATIN, ARABIC, CYRILLIC = range(4)
OWN_AND_FATHER, SURNAME_AND_GIVEN = range(2)
_SIZES = np.array([1, 2, 3, 4, 5, 6, 7])
_SIZE_SHARES = np.array([0.10, 0.17, 0.20, 0.24, 0.16, 0.09, 0.04])
_PERSONS_PER_VILLAGE = 330
_VILLAGES_PER_TOWNSHIP = 15
_TOWNSHIPS_PER_COUNTY = 20
_ID_WEIGHTS = np.array([2 ** (17 - place) % 11 for place in range(17)], dtype=np.int64)
_CHECKS = np.frombuffer(b"10X98765432", dtype=np.uint8)
_AS_OF = np.datetime64("2024-01-01", "D")


@dataclass(frozen=True, slots=True, kw_only=True)
class NamePools:
    men: Pool
    women: Pool
    surnames: list[str]
    given: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """One entry per person in every array; those from `registered` on are strangers to the registry.

    `own` and `father` number names of `pools` (own of the person's sex, father of men), or given name and surname.
    """

    pools: NamePools
    registered: NDArray[np.bool_]
    household: Int32
    village: Int32
    sex: Int32
    own: Int32
    father: Int32
    kind: Int32
    script: Int32
    birth: NDArray[np.int32]
    order: Int32
    phone: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.sex)


def invent(persons: int, strangers: int, *, seed: int) -> People:
    """`strangers`: people who live in the same villages and are not registered; a fifth of them in known households."""
    random = np.random.default_rng(seed)
    total = persons + strangers
    pools, surname_shares, given_shares = _pools(random)
    household, place_in_household = _households(total, random)
    households = int(household[-1]) + 1
    village_of = (np.arange(households) * max(1, round(total / _PERSONS_PER_VILLAGE)) // households).astype(np.int32)
    kind_of = (random.random(households) < 0.15).astype(np.int32)
    script_of = random.choice(4, size=households, p=[0.60, 0.29, 0.09, 0.02]).astype(np.int32)
    sex = random.integers(2, size=total, dtype=np.int32)
    sex[place_in_household == 0] = MEN
    sex[place_in_household == 1] = WOMEN
    kind = kind_of[household]
    own = np.where(sex == MEN, pools.men.draw(total, random), pools.women.draw(total, random)).astype(np.int32)
    father = pools.men.draw(total, random)
    heads = np.flatnonzero(place_in_household == 0)
    child = place_in_household >= 2
    father[child] = own[heads][household[child]]
    chinese = kind == SURNAME_AND_GIVEN
    own[chinese] = np.searchsorted(given_shares, random.random(int(chinese.sum())))
    surnames = np.searchsorted(surname_shares, random.random(total)).astype(np.int32)
    father[chinese] = surnames[chinese]
    shared = chinese & child
    father[shared] = father[heads][household[shared]]
    birth = _births(place_in_household, household, heads, random)
    village = village_of[household]
    return People(
        pools=pools,
        registered=_registered(persons, household, random),
        household=household,
        village=village,
        sex=sex,
        own=own,
        father=father,
        kind=kind,
        script=np.where(chinese, HAN, script_of[household]).astype(np.int32),
        birth=birth,
        order=_orders(village // (_VILLAGES_PER_TOWNSHIP * _TOWNSHIPS_PER_COUNTY), birth, sex, random),
        phone=_phones(household, birth, random),
    )


def _pools(random: np.random.Generator) -> tuple[NamePools, NDArray[np.float64], NDArray[np.float64]]:
    surnames, surname_shares = han_surnames()
    given, given_shares = han_given_names(random)
    pools = NamePools(men=own_names(MEN, random), women=own_names(WOMEN, random), surnames=surnames, given=given)
    return pools, surname_shares, given_shares


def _households(total: int, random: np.random.Generator) -> tuple[Int32, Int32]:
    sizes = random.choice(_SIZES, size=total, p=_SIZE_SHARES)
    ends = np.cumsum(sizes)
    count = int(np.searchsorted(ends, total)) + 1
    sizes = sizes[:count]
    household = np.repeat(np.arange(count, dtype=np.int32), sizes)[:total]
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    return household, (np.arange(total) - starts[household]).astype(np.int32)


def _registered(persons: int, household: Int32, random: np.random.Generator) -> NDArray[np.bool_]:
    """Exactly `persons` of them; strangers are mostly whole households, a fifth single members of known ones."""
    total = len(household)
    strangers = total - persons
    registered = np.ones(total, dtype=bool)
    single = random.choice(total, size=strangers // 5, replace=False)
    registered[single] = False
    left = strangers - len(single)
    shuffled = random.permutation(int(household[-1]) + 1)[household]
    ordered = np.argsort(shuffled, kind="stable")
    ordered = ordered[registered[ordered]]
    registered[ordered[:left]] = False
    return registered


def _births(place: Int32, household: Int32, heads: NDArray[np.int64], random: np.random.Generator) -> NDArray[np.int32]:
    """Days since 1970-01-01: heads 22-85 years old, spouses near them, children younger, a few grandparents."""
    today = int(_AS_OF.astype(np.int64))
    age = np.zeros(len(place))
    head_age = 21 + random.gamma(4.0, 6.5, size=len(heads))
    age[heads] = head_age
    rest = place > 0
    gap = np.where(place[rest] == 1, random.normal(2.5, 3.5, int(rest.sum())), random.normal(28, 6, int(rest.sum())))
    gap = np.where((place[rest] >= 4) & (random.random(len(gap)) < 0.3), -random.normal(27, 4, len(gap)), gap)
    age[rest] = head_age[household[rest]] - gap
    age = np.where(age < 0.1, random.random(len(age)) * 15 + 0.1, age)
    age = np.where(age > 90, 66 + random.random(len(age)) * 24, age)
    days = today - (age * 365.25).astype(np.int64)
    january = random.random(len(age)) < 0.05
    years = (days // 365.2425).astype(np.int64)
    first = (years.astype("datetime64[Y]")).astype("datetime64[D]").astype(np.int64)
    return np.where(january & (age > 40), first, days).astype(np.int32)


def _orders(county: Int32, birth: NDArray[np.int32], sex: Int32, random: np.random.Generator) -> Int32:
    """The three digits of order, odd for men, so that no two ID numbers are the same."""
    cell = (county.astype(np.int64) * 200_000 + birth + 100_000) * 2 + sex
    by_cell = np.argsort(cell, kind="stable")
    ordered = cell[by_cell]
    first = np.concatenate(([True], ordered[1:] != ordered[:-1]))
    starts = np.flatnonzero(first)
    rank = np.arange(len(cell)) - np.repeat(starts, np.diff(np.append(starts, len(cell))))
    offset = np.repeat(random.integers(500, size=len(starts)), np.diff(np.append(starts, len(cell))))
    orders = np.empty(len(cell), dtype=np.int32)
    orders[by_cell] = (rank + offset) % 500
    odd: Int32 = (orders * 2 + (sex == MEN)).astype(np.int32)
    return odd


def _phones(household: Int32, birth: NDArray[np.int32], random: np.random.Generator) -> NDArray[np.int64]:
    """0 for none. Children and some others carry the household's; prefix 100 belongs to no subscriber."""
    total = len(household)
    own = 10_000_000_000 + random.integers(100_000_000, size=total)
    of_household = 10_000_000_000 + random.integers(100_000_000, size=int(household[-1]) + 1)
    adult = birth < int(_AS_OF.astype(np.int64)) - 16 * 365
    shared = (random.random(total) < 0.25) | ~adult
    numbers = np.where(shared, of_household[household], own)
    return np.where(random.random(total) < 0.25, 0, numbers).astype(np.int64)


def id_numbers(people: People, rows: NDArray[np.int64]) -> pl.Series:
    digits = np.empty((len(rows), 18), dtype=np.uint8)
    birth = people.birth[rows].astype("datetime64[D]")
    month_start = birth.astype("datetime64[M]")
    day = (birth - month_start).astype(np.int64) + 1
    months = month_start.astype(np.int64)
    date = (1970 + months // 12) * 10_000 + (months % 12 + 1) * 100 + day
    stem = (area_of(people.village[rows]) // 1_000_000 * 10**8 + date) * 1000 + people.order[rows]
    for place in range(16, -1, -1):
        digits[:, place] = stem % 10
        stem //= 10
    check = _CHECKS[(digits[:, :17].astype(np.int64) @ _ID_WEIGHTS) % 11]
    digits[:, :17] += ord("0")
    digits[:, 17] = check
    chunks = [digits[start : start + 100_000].view("S18").ravel().tolist() for start in range(0, len(digits), 100_000)]
    return pl.concat([pl.Series("id_number", chunk, dtype=pl.Binary) for chunk in chunks]).cast(pl.String)


def area_of(village: Int32) -> NDArray[np.int64]:
    """Twelve digits: 9901 and the county, township and village in it."""
    township, in_township = village.astype(np.int64) // _VILLAGES_PER_TOWNSHIP, village % _VILLAGES_PER_TOWNSHIP
    county, in_county = township // _TOWNSHIPS_PER_COUNTY, township % _TOWNSHIPS_PER_COUNTY
    return 990_100_000_000 + (county + 1) * 1_000_000 + (in_county + 1) * 1_000 + 200 + in_township + 1


def names(people: People, rows: NDArray[np.int64], script: Int32) -> pl.Series:
    """Names as the script has them: own and father's with a middle dot, surname and given name together."""
    men, women = people.pools.men, people.pools.women
    own, father = people.own[rows], people.father[rows]
    male, chinese = people.sex[rows] == MEN, people.kind[rows] == SURNAME_AND_GIVEN
    forms = {HAN: (men.han, women.han), LATIN: (men.latin, women.latin), ARABIC: (men.arabic, women.arabic),
             CYRILLIC: (men.cyrillic, women.cyrillic)}  # fmt: skip
    frame = pl.DataFrame({"row": np.arange(len(rows), dtype=np.int32)})
    pieces = []
    for code, (mens, womens) in forms.items():
        for of_men, pool in ((True, mens), (False, womens)):
            here = np.flatnonzero((script == code) & (male == of_men) & ~chinese)
            text = pl.Series(pool).gather(own[here]) + "·" + pl.Series(mens).gather(father[here])
            pieces.append(pl.DataFrame({"row": here.astype(np.int32), "name": text}))
    here = np.flatnonzero(chinese)
    text = pl.Series(people.pools.surnames).gather(father[here]) + pl.Series(people.pools.given).gather(own[here])
    pieces.append(pl.DataFrame({"row": here.astype(np.int32), "name": text}))
    return frame.join(pl.concat(pieces), on="row", how="left", maintain_order="left")["name"]


def table(people: People, rows: NDArray[np.int64] | None = None) -> pl.DataFrame:
    """The registry's columns; `person` is the person's number among all invented ones."""
    if rows is None:
        rows = np.flatnonzero(people.registered)
    village = area_of(people.village[rows])
    phone = people.phone[rows]
    frame = pl.DataFrame(
        {
            "person": rows.astype(np.int32),
            "village_code": village,
            "household": people.household[rows],
            "sex": people.sex[rows],
            "date_of_birth": pl.Series(people.birth[rows]).cast(pl.Date),
            "phone": phone,
        }
    )
    return frame.select(
        "person",
        names(people, rows, people.script[rows]).alias("name"),
        id_numbers(people, rows),
        pl.col("date_of_birth"),
        pl.when(pl.col("sex") == MEN).then(pl.lit("M")).otherwise(pl.lit("F")).alias("sex"),
        pl.col("village_code").cast(pl.String),
        household_code(),
        pl.when(pl.col("phone") > 0).then(pl.col("phone").cast(pl.String)).alias("phone"),
    )


def household_code() -> pl.Expr:
    return pl.format(
        "{}-{}", pl.col("village_code"), (pl.col("household") % 10_000).cast(pl.String).str.zfill(4)
    ).alias("household_code")
