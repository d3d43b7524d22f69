"""A board after a few of its vacancies changed: what stands is taken over, the rest is made as the whole would be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

import numpy as np

from employment_service.matching.engine import MatchVacancy, vacancy_columns
from employment_service.matching.market.arrays import Codes, Ints, Vacancies
from employment_service.matching.market.builder import Board, CodeSets, board_of


def board_with(board: Board, *, taken: Ints, columns: Ints, fresh: Sequence[MatchVacancy]) -> Board | None:
    """`taken`: by column, the column of `board` that goes on there; anything where it is one of `columns`, for `fresh`.

    `None`: a fresh vacancy asks for what none asked for before, so that the bits mean something else.
    """
    # One more that asks for everything the board knows gives the fresh ones the board's own bits.
    made = board_of(
        vacancy_columns([*fresh, _asking_for_all(board.codes)]),
        limits=board.limits,
        worth=board.worth,
    )
    if made.codes != board.codes:
        return None
    places = {codes: place for place, codes in enumerate(board.occupations.sets)}
    work = np.array(
        [places.setdefault(made.occupations.sets[of], len(places)) for of in made.occupations.of[: len(fresh)]],
        dtype=np.int64,
    )
    count = len(fresh)
    arrays = {}
    for column in fields(Vacancies):
        values = getattr(board.vacancies, column.name)[taken]
        values[columns] = work if column.name == "work" else getattr(made.vacancies, column.name)[:count]
        arrays[column.name] = values
    vacancies = Vacancies(**arrays)
    return replace(board, vacancies=vacancies, occupations=CodeSets(sets=tuple(places), of=vacancies.work))


def _asking_for_all(codes: Codes) -> MatchVacancy:
    return MatchVacancy(
        key="",
        lat=0.0,
        lon=0.0,
        monthly_wage_cents=0,
        shift_from_minutes=0,
        shift_to_minutes=0,
        weekly_hours=0,
        demands=frozenset(codes.demands),
        qualifications=frozenset(codes.qualifications),
        languages=frozenset(codes.languages),
    )
