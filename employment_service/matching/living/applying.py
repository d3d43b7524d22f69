"""One event each: what it does to lists, places and people, before anybody looks for something better."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from employment_service.matching.assignment.domain import UNPLACED, Edges, Int32s
from employment_service.matching.assignment.state import unseat
from employment_service.matching.living.domain import (
    Event,
    Frozen,
    OptionsChanged,
    OptionsUnsound,
    PlacesChanged,
    Thawed,
    UnknownInPlan,
    VacancyClosed,
)
from employment_service.matching.living.editing import BARRED, rescore_row
from employment_service.matching.living.laying import Laid, lay
from employment_service.matching.living.staying import leave_behind

Applied = tuple[Laid, list[int], list[int], int]
"""The plan, who lost their place, whom else it is about, and how many people and places that makes."""


def apply(laid: Laid, event: Event) -> Applied:
    match event:
        case VacancyClosed(vacancy=vacancy):
            _known(vacancy, len(laid.capacities), "vacancy")
            return _fewer(laid, vacancy, int(laid.capacities[vacancy]))
        case PlacesChanged(vacancy=vacancy, by=by):
            _known(vacancy, len(laid.capacities), "vacancy")
            if by + int(laid.capacities[vacancy]) < 0:
                raise OptionsUnsound(f"Vacancy {vacancy} has only {laid.capacities[vacancy]} places.")
            return _fewer(laid, vacancy, -by) if by < 0 else _more(laid, vacancy, by)
        case OptionsChanged(worker=worker):
            _known(worker, laid.edges.workers, "worker")
            return _other_options(laid, event)
        case Frozen(worker=worker):
            _known(worker, laid.edges.workers, "worker")
            return _freeze(laid, worker)
        case Thawed(worker=worker):
            _known(worker, laid.edges.workers, "worker")
            return _thaw(laid, worker)


def _known(number: int, count: int, what: str) -> None:
    if not 0 <= number < count:
        raise UnknownInPlan(f"The plan has no {what} {number}.")


def _members(laid: Laid, vacancy: int) -> Int32s:
    places = laid.state.places
    start = int(places.offset[vacancy])
    return places.member[start : start + int(places.size[vacancy])].copy()


def _out(laid: Laid, who: int) -> None:
    vacancy = int(laid.state.seats.at[who])
    unseat(laid.state.places, laid.state.seats, who)
    leave_behind(laid, who, vacancy)


def _fewer(laid: Laid, vacancy: int, count: int) -> Applied:
    """Those whom it suits least make way, frozen ones last."""
    places = laid.state.places
    laid.capacities[vacancy] -= count
    places.capacity[vacancy] -= count
    members = _members(laid, vacancy)
    over = min(len(members), len(members) - max(0, int(places.capacity[vacancy])))
    leaving: list[int] = members[np.argsort(laid.state.seats.gain[members], kind="stable")][: max(0, over)].tolist()
    for who in leaving:
        _out(laid, who)
    frozen: list[int] = np.flatnonzero(laid.frozen & (laid.place == vacancy)).tolist()
    for who in frozen[len(frozen) - max(0, -int(places.capacity[vacancy])) :]:
        places.capacity[vacancy] += 1
        _unfreeze(laid, who)
        leaving.append(who)
    return laid, leaving, [], len(leaving)


def _more(laid: Laid, vacancy: int, count: int) -> Applied:
    room = int(laid.state.places.offset[vacancy + 1] - laid.state.places.offset[vacancy])
    wanted = int(laid.callers.starts[vacancy + 1] - laid.callers.starts[vacancy])
    laid.capacities[vacancy] += count
    if min(int(laid.capacities[vacancy]), wanted) <= room:
        laid.state.places.capacity[vacancy] += count
        return laid, [], [], count
    return _anew(laid, laid.edges), [], [], count


def _anew(laid: Laid, edges: Edges) -> Laid:
    seats = laid.state.seats
    now = np.where(laid.frozen, laid.place, seats.at).astype(np.int32)
    return lay(edges, laid.capacities, now, laid.state.places.price, laid.frozen, laid.added)


def _other_options(laid: Laid, event: OptionsChanged) -> Applied:
    who, edges = event.worker, laid.edges
    if len(event.vacancy) != len(event.score) or len(set(event.vacancy.tolist())) != len(event.vacancy):
        raise OptionsUnsound(f"Worker {who} needs one score for each vacancy, and each vacancy once.")
    if len(event.score) and (int(event.score.min()) < 0 or int(event.vacancy.min()) < 0):
        raise OptionsUnsound(f"Worker {who} has a score or a vacancy below 0.")
    if len(event.vacancy) and int(event.vacancy.max()) >= len(laid.capacities):
        raise OptionsUnsound(f"Worker {who} lists a vacancy that the plan does not have.")
    if laid.frozen[who]:
        raise OptionsUnsound(f"Worker {who} is frozen; thaw first, then the options may change.")
    held = int(laid.state.seats.at[who])
    lost = held != UNPLACED
    if lost:
        _out(laid, who)
    own = slice(int(edges.starts[who]), int(edges.starts[who + 1]))
    new = dict(zip(event.vacancy.tolist(), event.score.tolist(), strict=True))
    before: list[int] = edges.vacancy[own].tolist()
    if new.keys() <= set(before):
        row = np.array([new.get(vacancy, BARRED) for vacancy in before], dtype=np.int32)
        edges.score[own] = row
        rescore_row(laid.state.lists, laid.callers, who, row)
    else:
        laid = _anew(laid, _with_row(edges, who, event))
    return laid, [who] if lost and held not in new else [], [who], 1


def _with_row(edges: Edges, who: int, event: OptionsChanged) -> Edges:
    first, after = int(edges.starts[who]), int(edges.starts[who + 1])
    starts = edges.starts.copy()
    starts[who + 1 :] += len(event.vacancy) - (after - first)
    return replace(
        edges,
        starts=starts,
        vacancy=np.concatenate([edges.vacancy[:first], event.vacancy, edges.vacancy[after:]]).astype(np.int32),
        score=np.concatenate([edges.score[:first], event.score, edges.score[after:]]).astype(np.int32),
    )


def _freeze(laid: Laid, who: int) -> Applied:
    vacancy = int(laid.state.seats.at[who])
    if laid.frozen[who]:
        return laid, [], [], 0
    if vacancy == UNPLACED:
        raise OptionsUnsound(f"Worker {who} has no place to be frozen at.")
    _out(laid, who)
    laid.state.places.capacity[vacancy] -= 1
    length = int(laid.edges.starts[who + 1] - laid.edges.starts[who])
    rescore_row(laid.state.lists, laid.callers, who, np.full(length, BARRED, dtype=np.int32))
    laid.frozen[who], laid.place[who] = True, vacancy
    return laid, [], [], 0


def _unfreeze(laid: Laid, who: int) -> None:
    """Without a place until one is found."""
    laid.frozen[who], laid.place[who] = False, UNPLACED
    row = laid.edges.score[int(laid.edges.starts[who]) : int(laid.edges.starts[who + 1])]
    rescore_row(laid.state.lists, laid.callers, who, row)


def _thaw(laid: Laid, who: int) -> Applied:
    """An offer was declined or withdrawn: the place is there again, and the worker looks anew."""
    if not laid.frozen[who]:
        return laid, [], [], 0
    vacancy = int(laid.place[who])
    _unfreeze(laid, who)
    laid.state.places.capacity[vacancy] += 1
    return laid, [], [who], 1
