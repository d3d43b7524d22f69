"""Which pairs the peers compare: the blocking rules of a set, chosen as Splink's documentation advises.

Its guide says: several rules, each strict enough to be computed, together loose enough that every true pair satisfies
one of them; count what each makes before it is used; where one makes too many, join a further condition to it. So:

1. every telling column by itself (number, names, date of birth, postcode, place, text), then the beginning of it (three
   letters of a given name or postcode, four of a surname, the year of a date: those of its example with historical
   persons) or the last word of a full name, unless that alone makes more than `MOST_PAIRS` pairs;
2. every two of the columns or of their beginnings, the fewest pairs first, until all rules together make
   `MOST_TOGETHER`;
3. two letters of both names with the year, and given name and surname exchanged, as its examples do.

A rule whose pairs another one makes anyway is left out. recordlinkage is given the same rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import polars as pl

from benchmarks.linkage_files import LinkSet

MOST_PAIRS = 2_000_000
MOST_TOGETHER = 5_000_000
_BEGINNINGS = {
    "given name": (3, 2),
    "family name": (4, 2),
    "full name": (4,),
    "date of birth": (4,),
    "postcode": (3,),
    "phone": (6,),
}
_TELLING = {
    "id", "given name", "family name", "full name", "date of birth", "postcode", "place", "phone", "household", "year",
    "free text",
}  # fmt: skip
_NEVER = {"sex", "category"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Rows that agree in all of `left`'s columns with the other's `right`."""

    left: tuple[str, ...]
    right: tuple[str, ...]
    pairs: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocking:
    """The rows with the beginnings as further columns, and the rules over them."""

    frames: list[pl.DataFrame]
    rules: list[Rule]


def beginning(column: str, letters: int) -> str:
    return f"{column}__{letters}"


def blocking(data: LinkSet) -> Blocking:
    frames = [_with_beginnings(frame, data.kinds) for frame in data.sides]
    telling = [column for column, kind in data.kinds.items() if kind in _TELLING]
    kept: list[Rule] = []
    parts = _parts(data.kinds)
    for singles in (telling, [part for column in telling for part in parts[column][1:]]):
        for rule in sorted((counted((column,), frames) for column in singles), key=lambda one: one.pairs):
            _keep(rule, kept)
    for rule in sorted((counted(columns, frames) for columns in _further(data.kinds)), key=lambda one: one.pairs):
        _keep(rule, kept)
    needed = [rule for rule in kept if not any(_makes(other, rule) for other in kept if other is not rule)]
    names = [column for kind in ("given name", "family name") for column in data.kinds if data.kinds[column] == kind]
    if len(names) == 2:
        needed.append(Rule(left=(names[0], names[1]), right=(names[1], names[0])))
    return Blocking(frames=frames, rules=needed)


def _parts(kinds: dict[str, str]) -> dict[str, list[str]]:
    """Each column with what is cut from it."""
    return {
        column: [
            column,
            *(beginning(column, letters) for letters in _BEGINNINGS.get(kind, ())[:1]),
            *([f"{column}__last"] if kind == "full name" else []),
        ]
        for column, kind in kinds.items()
        if kind not in _NEVER
    }


def _further(kinds: dict[str, str]) -> list[tuple[str, ...]]:
    parts = list(_parts(kinds).values())
    made: list[tuple[str, ...]] = [
        (one, other) for ones, others in combinations(parts, 2) for one in ones for other in others
    ]
    short = [
        beginning(column, _BEGINNINGS[kind][-1])
        for column, kind in kinds.items()
        if kind in {"given name", "family name", "date of birth"}
    ]
    return [*made, tuple(short)] if len(short) == 3 else made


def _keep(rule: Rule, kept: list[Rule]) -> None:
    together = sum(one.pairs for one in kept)
    if (
        rule.pairs <= MOST_PAIRS
        and together + rule.pairs <= MOST_TOGETHER
        and not any(_makes(one, rule) for one in kept)
    ):
        kept.append(rule)


def _makes(coarse: Rule, fine: Rule) -> bool:
    """Does the coarser rule make every pair of the finer one?"""
    return all(any(column == other or _begins(column, other) for other in fine.left) for column in coarse.left)


def _begins(column: str, other: str) -> bool:
    """Is `column` the beginning of `other`, or a shorter beginning of the same column?"""
    stem, _, letters = column.rpartition("__")
    if letters == "last":
        return other == stem
    if not letters.isdigit():
        return False
    rest = other.removeprefix(f"{stem}__")
    return other == stem or (rest != other and rest.isdigit() and int(rest) >= int(letters))


def counted(columns: tuple[str, ...], frames: list[pl.DataFrame]) -> Rule:
    """The rule of agreeing in all these columns, with the pairs that it makes."""
    sizes = [frame.lazy().drop_nulls(columns).group_by(columns).len() for frame in frames]
    many = pl.col("len").cast(pl.Int64)
    if len(frames) == 1:
        pairs = sizes[0].select((many * (many - 1) // 2).sum())
    else:
        pairs = sizes[0].join(sizes[1], on=list(columns)).select((many * pl.col("len_right").cast(pl.Int64)).sum())
    return Rule(left=columns, right=columns, pairs=int(pairs.collect().item() or 0))


def _with_beginnings(frame: pl.DataFrame, kinds: dict[str, str]) -> pl.DataFrame:
    beginnings = [
        pl.col(column).str.head(letters).alias(beginning(column, letters))
        for column, kind in kinds.items()
        for letters in _BEGINNINGS.get(kind, ())
    ]
    last = [
        pl.col(column).str.split(" ").list.last().alias(f"{column}__last")
        for column, kind in kinds.items()
        if kind == "full name"
    ]
    return frame.with_columns([*beginnings, *last])
