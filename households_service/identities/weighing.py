"""Rows against their candidates by a frozen model: the engine's comparison and weights, used as they are.

Pure. Imports the engine: import it where somebody is weighed, not where the service starts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from households_service.identities.models.domain import LevelWeights, LinkModel
from households_service.identities.sketches import (
    DATE_OF_BIRTH,
    FEATURES,
    HOUSEHOLD,
    ID_NUMBER,
    NAME,
    VILLAGE,
    Agreement,
    Sketch,
)
from households_service.identities.small_tables import MOST, small_table
from households_service.linkage.arrays import BLANK, Flags, Float32, Float64, Int8, Int32, hash_texts
from households_service.linkage.comparing_dates import DateComparison
from households_service.linkage.comparing_names import NameComparison
from households_service.linkage.comparison import Comparison, TextComparison, compare, comparisons
from households_service.linkage.decision import name_alone
from households_service.linkage.evidence import Kinship, Model
from households_service.linkage.measures import Feature
from households_service.linkage.schema import FieldKind, LinkField, LinkSchema
from households_service.linkage.table import PersonTable, person_table

SCHEMA = LinkSchema(
    fields=(
        LinkField(kind=FieldKind.FULL_NAME, left=NAME, right=NAME),
        LinkField(kind=FieldKind.ID, left=ID_NUMBER, right=ID_NUMBER),
        LinkField(kind=FieldKind.DATE_OF_BIRTH, left=DATE_OF_BIRTH, right=DATE_OF_BIRTH),
        # By its digits a village is near those of its township, as postcodes are.
        LinkField(kind=FieldKind.POSTCODE, left=VILLAGE, right=VILLAGE),
        LinkField(kind=FieldKind.HOUSEHOLD, left=HOUSEHOLD, right=HOUSEHOLD),
    )
)
_FEWEST_PEOPLE = 10_000
"""However few are registered: a row may be about anybody of the county."""
_EVERYWHERE = frozenset({"namesakes"})
"""Kinds of people whose share does not shrink as a registry grows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """Pairs of a row and a candidate, as columns."""

    row: Int32
    candidate: Int32
    bits: Float64
    """Log odds of the pair by itself."""
    kin_bits: Float64
    """Of these what is taken off because relatives and neighbours agree too; 0 or less."""
    field_bits: Float32
    """(pairs, FEATURES)"""
    levels: Int8
    name_only: Flags
    """Nothing but the name speaks for it."""

    def __len__(self) -> int:
        return len(self.row)


def weigh(
    model: LinkModel,
    rows: Sequence[Sketch],
    people: Sequence[Sketch],
    pairs: Sequence[tuple[int, int]],
    *,
    persons: int,
) -> Weighed:
    """`pairs`: places in `rows` and `people`. `persons`: registered people among whom was looked."""
    if len(rows) + len(people) <= MOST:
        table = small_table(SCHEMA, rows, people)
    else:
        table = person_table(SCHEMA, columns_of(rows), columns_of(people))
    using = frozen_comparisons(model, table)
    features = tuple(feature for one in using for feature in one.features)
    row = np.array([pair[0] for pair in pairs], dtype=np.int32)
    candidate = np.array([pair[1] for pair in pairs], dtype=np.int32)
    compared = compare(using, row, candidate + np.int32(len(rows)))
    weights = engine_model(model, features, persons=persons)
    field_bits = weights.field_bits(compared)
    kin_bits = weights.kin_bits(compared)
    return Weighed(
        row=row,
        candidate=candidate,
        bits=field_bits.sum(axis=1, dtype=np.float64) + kin_bits + weights.prior_bits,
        kin_bits=kin_bits,
        field_bits=field_bits,
        levels=compared.levels,
        name_only=name_alone(weights, field_bits),
    )


def agreement(level: int, feature: int, model: LinkModel) -> Agreement:
    if level == 0:
        return Agreement.NOT_GIVEN
    if level == 1:
        return Agreement.DIFFERENT
    return Agreement.SAME if level == len(model.fields[feature].match) else Agreement.CLOSE


def columns_of(people: Sequence[Sketch]) -> dict[str, list[str | None]]:
    return {
        NAME: [one.name or None for one in people],
        ID_NUMBER: [one.id_number or None for one in people],
        DATE_OF_BIRTH: [one.date_of_birth or None for one in people],
        VILLAGE: [one.place or None for one in people],
        HOUSEHOLD: [one.household or None for one in people],
    }


def frozen_comparisons(model: LinkModel, table: PersonTable) -> tuple[Comparison, ...]:
    """The engine's, with how common a value is taken from the model: the few rows of a step cannot tell."""
    first, last, _, born, *_ = model.fields
    found: list[Comparison] = []
    for one in comparisons(table):
        if isinstance(one, NameComparison):
            roman = [str(text) for text in one.names.tokens.roman]
            one = replace(  # noqa: PLW2901 - the same comparison, completed
                one,
                first_shares=_shares(first, roman, one.names.first[: table.left_rows]),
                last_shares=_shares(last, roman, one.names.last[: table.left_rows]),
            )
        elif isinstance(one, DateComparison):
            days = np.unique(one.column.codes[one.column.codes >= 0])
            asked = one.codes[: table.left_rows]
            one = replace(one, shares=_shares(born, [str(day) for day in days], asked))  # noqa: PLW2901 - the same comparison, completed
        elif isinstance(one, TextComparison):
            one = replace(one, shares=np.zeros(len(one.column.values), dtype=np.float32))  # noqa: PLW2901 - the same comparison, completed
        found.append(one)
    return tuple(found)


@lru_cache(maxsize=16_384)
def value_hash(text: str) -> str:
    return f"{int(hash_texts([text])[0]):016x}"


def engine_model(model: LinkModel, features: tuple[Feature, ...], *, persons: int) -> Model:
    """Priors follow the size of the registry: of a larger one any one person is less likely to be meant."""
    if len(features) != len(FEATURES):
        raise AssertionError("The model is of another schema.")
    people = max(_FEWEST_PEOPLE, persons)
    kin = tuple(
        Kinship(
            name=one.name,
            agree=tuple(
                None if levels is None else _at_most(np.array(levels), np.array(own.match))
                for levels, own in zip(one.agree, model.fields, strict=True)
            ),
            prior=min(0.2, one.prior * (1.0 if one.name in _EVERYWHERE else model.persons / people)),
        )
        for one in model.kin
    )
    return Model(
        features=features,
        match=tuple(np.array(one.match) for one in model.fields),
        chance=tuple(np.array(one.chance) for one in model.fields),
        kin=kin,
        known=np.array([one.known for one in model.fields]),
        prior=min(0.5, model.registered_share / people),
        matches_seen=model.registered_share * model.rows,
    )


def _at_most(kin: Float64, own: Float64) -> Float64:
    """Nobody near to a person agrees with what is said of that person better than the person does: without this a field
    that agrees could speak for the neighbours more than for whom it names.
    """
    return np.concatenate([kin[:1], np.minimum(kin[1:], own[1:])])


def _shares(field: LevelWeights, values: Sequence[str], asked: Int32) -> Float32:
    """Of the values that rows ask for: a share counts only where both sides agree."""
    common = _common(field)
    shares = np.zeros(len(values), dtype=np.float32)
    for code in set(asked.tolist()) - {BLANK}:
        shares[code] = common.get(value_hash(values[code]), field.rest)
    return shares


@lru_cache(maxsize=32)
def _common(field: LevelWeights) -> dict[str, float]:
    return dict(field.common)
