"""The registered persons as an index: who can a row of a feed, or what somebody types, mean?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from households_service.linkage.arrays import Coded, Float64
from households_service.linkage.comparison import Compared, compare, comparisons
from households_service.linkage.decision import Decision, name_alone
from households_service.linkage.engine import random_pairs
from households_service.linkage.evidence import Model
from households_service.linkage.lookup import (
    MOST_CANDIDATES,
    Postings,
    Shares,
    laid_together,
    postings,
    query_keys,
    shares_of,
)
from households_service.linkage.schema import FieldKind, LinkSchema
from households_service.linkage.table import PersonTable, Values, person_table
from households_service.linkage.waterfall import Waterfall, waterfalls
from households_service.linkage.weights import expected_model

_SEED = 20_190_819
AUTO_PROBABILITY = 0.99
REVIEW_PROBABILITY = 0.05
MARGIN_BITS = 5.0
"""How much better than the runner-up (odds of 32 : 1) the best must be to be linked without a person's look."""

Person = Mapping[str, str | None]
"""Values by column name of the schema's right side; of a query, of its left side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """`probability`: that the query means this person, given that it can mean one of the hits or nobody registered."""

    id: str
    probability: float
    bits: float
    name_alone: bool
    waterfall: Waterfall


@dataclass(frozen=True, slots=True)
class _Found:
    id: str
    bits: float
    alone: bool
    compared: Compared
    row: int

    def hit(self, model: Model, chance: float) -> Hit:
        row = slice(self.row, self.row + 1)
        own = Compared(levels=self.compared.levels[row], shares=self.compared.shares[row])
        waterfall = next(waterfalls(model, own))
        return Hit(id=self.id, probability=chance, bits=self.bits, name_alone=self.alone, waterfall=waterfall)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`hit` is whom it was linked to, or the best to review."""

    decision: Decision
    hit: Hit | None


class RegistryIndex:
    """Built once, then kept up by `add`; not safe for several threads at once.

    A query with an ID token gives it as the ID column's value; `repairs` are the tokens of what a mistyped number may
    have been (at most 19, from the check character), of which a known one takes its place.
    """

    def __init__(self, ids: Sequence[str] | pl.Series, table: PersonTable, model: Model | None = None) -> None:
        """`table`: without left rows, or with left rows that are ignored; `ids` name its right rows."""
        self._ids = ids if isinstance(ids, pl.Series) else pl.Series(values=list(ids), dtype=pl.String)
        self._table = replace(table, texts={name: _at_hand(column) for name, column in table.texts.items()})
        self._schema = table.schema
        self._postings: Postings = postings(table)
        self._shares: Shares = shares_of(table)
        self._model = model if model is not None else _unfitted(table)
        self._added: list[tuple[str, Person]] = []
        self._added_keys: dict[tuple[int, int], list[int]] = {}
        self._gone: set[str] = set()
        """Ids of the first build, and of later additions, whose older values are not to be found any more."""
        self._known = np.sort(self._ids.hash().to_numpy())
        self._size = len(self._ids)

    @staticmethod
    def build(
        schema: LinkSchema, ids: Sequence[str] | pl.Series, columns: Mapping[str, Values], model: Model | None = None
    ) -> RegistryIndex:
        """`columns` by the schema's right-side names; `model` as a link of a feed to this registry fitted it."""
        blank = {name: pl.Series(values=[], dtype=pl.String) for name in schema.columns(right=False)}
        return RegistryIndex(ids, person_table(schema, blank, columns), model)

    def __len__(self) -> int:
        return self._size

    @property
    def model(self) -> Model:
        return self._model

    def add(self, person_id: str, person: Person) -> None:
        """Found by the next query. An id that is added again is found by its new values only."""
        if person_id not in self._gone and not self._was_built_with(person_id):
            self._size += 1
        self._gone.add(person_id)
        at = len(self._added)
        self._added.append((person_id, person))
        for key in self._keys_of_added(person):
            self._added_keys.setdefault(key, []).append(at)

    def look_up(self, query: Person, k: int = 5, *, repairs: Sequence[str] = ()) -> tuple[Hit, ...]:
        """At most k registered persons, the likeliest first."""
        row = self._repaired(query, repairs)
        table = person_table(
            self._schema, {name: [row.get(name)] for name in self._schema.columns(right=False)}, self._empty()
        )
        wanted = query_keys(table, self._postings.plan)
        found = self._registered(table, wanted) + self._lately(row, wanted)
        if not found:
            return ()
        bits = np.array([hit.bits for hit in found])
        chances = _one_of(bits)
        order = np.argsort(-bits, kind="stable")[:k].tolist()
        return tuple(found[at].hit(self._model, float(chances[at])) for at in order)

    def link(self, query: Person, *, repairs: Sequence[str] = ()) -> Outcome:
        """Linked only if likely enough, clearly before the runner-up, and not on the name alone."""
        return outcome(self.look_up(query, 2, repairs=repairs))

    def _was_built_with(self, person_id: str) -> bool:
        wanted = pl.Series(values=[person_id], dtype=pl.String).hash().to_numpy()[0]
        at = int(np.searchsorted(self._known, wanted))
        return at < len(self._known) and bool(self._known[at] == wanted)

    def _empty(self) -> dict[str, Values]:
        return {name: [] for name in self._schema.columns(right=True)}

    def _registered(self, query: PersonTable, wanted: list[int]) -> list[_Found]:
        rows = self._postings.rows_with(wanted)
        if not len(rows):
            return []
        together = laid_together(query, self._table, rows, self._shares)
        right = np.arange(1, len(rows) + 1, dtype=np.int32)
        compared = compare(together.using, np.zeros(len(rows), dtype=np.int32), right)
        names = self._ids.gather(rows - self._table.left_rows).to_list()
        return [one for one in self._found(names, compared) if one.id not in self._gone]

    def _lately(self, query: Person, wanted: list[int]) -> list[_Found]:
        at = {row for number, key in enumerate(wanted) if key for row in self._added_keys.get((number, key), ())}
        latest = {self._added[row][0]: row for row in sorted(at)}
        chosen = [row for name, row in latest.items() if self._is_latest(name, row)][:MOST_CANDIDATES]
        if not chosen:
            return []
        table = person_table(
            self._schema,
            {name: [query.get(name)] for name in self._schema.columns(right=False)},
            {name: [self._added[row][1].get(name) for row in chosen] for name in self._schema.columns(right=True)},
        )
        right = np.arange(1, len(chosen) + 1, dtype=np.int32)
        compared = compare(comparisons(table), np.zeros(len(chosen), dtype=np.int32), right)
        # of a handful of rows nothing can be said about how common a value is
        plain = Compared(levels=compared.levels, shares=np.zeros_like(compared.shares))
        return self._found([self._added[row][0] for row in chosen], plain)

    def _is_latest(self, name: str, row: int) -> bool:
        return all(known != name for known, _ in self._added[row + 1 :])

    def _found(self, names: list[str], compared: Compared) -> list[_Found]:
        field_bits = self._model.field_bits(compared)
        bits = self._model.bits_of(field_bits, compared).tolist()
        alone = name_alone(self._model, field_bits).tolist()
        return [_Found(name, bits[row], alone[row], compared, row) for row, name in enumerate(names)]

    def _keys_of_added(self, person: Person) -> list[tuple[int, int]]:
        """As keys of the right side: a part of the name may stand in the other's place."""
        as_left = {field.left: [person.get(field.right)] for field in self._schema.fields}
        table = person_table(self._schema, as_left, self._empty())
        return [(number, key) for number, key in enumerate(query_keys(table, self._postings.plan)) if key]

    def _repaired(self, query: Person, repairs: Sequence[str]) -> Person:
        field = next((field for field in self._schema.fields if field.kind is FieldKind.ID), None)
        if field is None or not repairs:
            return query
        for token in repairs:
            probe = person_table(
                self._schema,
                {field_.left: [token if field_ is field else None] for field_ in self._schema.fields},
                self._empty(),
            )
            wanted = query_keys(probe, self._postings.plan)
            if len(self._postings.rows_with(wanted)) or any(
                (n, key) in self._added_keys for n, key in enumerate(wanted) if key
            ):
                return {**query, field.left: token}
        return query


def outcome(hits: Sequence[Hit]) -> Outcome:
    """What becomes of a row of a feed, given its best hits."""
    if not hits or hits[0].probability < REVIEW_PROBABILITY:
        return Outcome(decision=Decision.NONE, hit=None)
    best = hits[0]
    clear = len(hits) == 1 or best.bits - hits[1].bits >= MARGIN_BITS
    sure = best.probability >= AUTO_PROBABILITY and clear and not best.name_alone
    return Outcome(decision=Decision.AUTO if sure else Decision.REVIEW, hit=best)


_AT_HAND = 300_000


def _at_hand(column: Coded) -> Coded:
    """A few hundred thousand values are quicker to reach as Python strings; more would cost too much memory."""
    return Coded(codes=column.codes, values=column.texts()) if len(column.values) <= _AT_HAND else column


def _one_of(bits: Float64) -> Float64:
    """The query means one of them or nobody."""
    odds = np.exp2(np.clip(bits, -60.0, 60.0))
    return np.asarray(odds / (1.0 + odds.sum()))


def _unfitted(table: PersonTable) -> Model:
    """Chances between two people as in the registry itself; between records of one person as generally expected."""
    rows = table.right_rows
    alone = replace(table, left_rows=table.rows, right_rows=0)
    using = comparisons(alone)
    left, right = random_pairs(alone, np.random.default_rng(_SEED))
    drawn = compare(using, left, right)
    known = np.sqrt(np.count_nonzero(drawn.levels, axis=0) / max(1, len(left))) * rows
    features = tuple(feature for one in using for feature in one.features)
    return expected_model(features, drawn.levels, known=known.astype(np.float64), prior=1.0 / max(2, rows))
