"""The arrays that a living plan changes, laid out from its people, places and prices."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from employment_service.matching.assignment.domain import UNPLACED, Edges, Flags, Int32s, Int64s
from employment_service.matching.assignment.state import (
    Callers,
    Lists,
    Places,
    Seats,
    State,
    callers_of,
    empty_state,
    seat_held,
)
from employment_service.matching.living.domain import OptionsUnsound
from employment_service.matching.living.editing import BARRED

SPARE = 64
"""So many places a vacancy can be given before the arrays are laid out anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """`edges`, `capacities`: as they are, frozen people and their places included; `state`, `callers`: what may move.

    `place`: of frozen people; `added` (workers,): what staying counts for, within the scores of `state`.
    """

    edges: Edges
    capacities: Int64s
    state: State
    callers: Callers
    frozen: Flags
    place: Int32s
    added: Int32s


def lay(  # noqa: PLR0917 - what a plan is made of
    edges: Edges, capacities: Int64s, vacancy: Int32s, prices: Int64s, frozen: Flags, added: Int32s
) -> Laid:
    score = edges.score.astype(np.int32)
    who = np.repeat(np.arange(edges.workers, dtype=np.int32), np.diff(edges.starts))
    score[frozen[who]] = BARRED
    staying = (edges.vacancy == vacancy[who]) & (score >= 0)
    score[staying] += added[who[staying]]
    lists = Lists(np.ascontiguousarray(edges.starts), edges.vacancy.astype(np.int32), score)
    state = empty_state(lists, capacities + SPARE)
    state.places.capacity[:] = capacities - np.bincount(vacancy[frozen], minlength=len(capacities))
    if len(capacities) and int(state.places.capacity.min()) < 0:
        raise OptionsUnsound(f"Vacancy {int(state.places.capacity.argmin())} has fewer places than frozen people.")
    state.places.price[:] = prices
    seat_held(state, np.where(frozen, UNPLACED, vacancy).astype(np.int32))
    return Laid(
        edges=replace(edges, score=edges.score.astype(np.int32)),
        capacities=capacities.astype(np.int64),
        state=state,
        callers=callers_of(lists, len(capacities)),
        frozen=frozen.copy(),
        place=np.where(frozen, vacancy, UNPLACED).astype(np.int32),
        added=added.copy(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    laid: Laid
    copies: Laid


def snapshot(laid: Laid) -> Snapshot:
    """What an attempt changes in place; `offset`, `starts` and the like it never does."""
    return Snapshot(laid=laid, copies=_copied(laid))


def restore(kept: Snapshot) -> Laid:
    """Back into the same arrays: new ones cost more than what is written to them."""
    for array, copy in zip(_changing(kept.laid), _changing(kept.copies), strict=True):
        np.copyto(array, copy)
    return kept.laid


def _changing(laid: Laid) -> tuple[Flags | Int32s | Int64s, ...]:
    lists, places, seats = laid.state
    return (
        laid.edges.score,
        laid.capacities,
        lists.score,
        places.capacity,
        places.size,
        places.price,
        places.member,
        seats.at,
        seats.slot,
        seats.gain,
        laid.callers.score,
        laid.frozen,
        laid.place,
        laid.added,
    )


def _copied(laid: Laid) -> Laid:
    lists, places, seats = laid.state
    return Laid(
        edges=Edges(starts=laid.edges.starts, vacancy=laid.edges.vacancy, score=laid.edges.score.copy()),
        capacities=laid.capacities.copy(),
        state=State(
            Lists(lists.starts, lists.vacancy, lists.score.copy()),
            Places(
                places.capacity.copy(),
                places.offset,
                places.size.copy(),
                places.price.copy(),
                places.member.copy(),
                places.bid,
            ),
            Seats(seats.at.copy(), seats.slot.copy(), seats.gain.copy()),
        ),
        callers=Callers(laid.callers.starts, laid.callers.worker, laid.callers.score.copy()),
        frozen=laid.frozen.copy(),
        place=laid.place.copy(),
        added=laid.added.copy(),
    )
