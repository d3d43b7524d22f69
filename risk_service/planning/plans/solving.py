"""From a declaration and its households to the engine's problem, and from the engine's plan to what is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module

import numpy as np
import orjson

from risk_service.planning.comparing import Outcome, rank_by_risk, threshold_only
from risk_service.planning.domain import NOBODY, Flags, Floats, Floor, Objective, Plan, PlanningProblem
from risk_service.planning.floors import proportional
from risk_service.planning.plans.declaration import ELDER_FROM, Declared, DeclaredMeasure, HouseholdFact
from risk_service.planning.plans.domain import (
    Allocation,
    Candidate,
    Change,
    Compared,
    FloorResult,
    Found,
    MeasureResult,
    Way,
    WhatIf,
)
from risk_service.planning.plans.stored import declared_json
from risk_service.planning.reasons import reasons_of


def problem_of(declared: Declared, candidates: Sequence[Candidate]) -> PlanningProblem:
    likelihood = likelihoods(candidates)
    weight = likelihood * np.array([float(one.members) for one in candidates])
    if declared.objective is Objective.DEPTH:
        weight = weight * _shortfalls(candidates)
    red = np.array([one.red for one in candidates], dtype=np.bool_)
    size = (len(candidates), len(declared.measures))
    values, costs, eligible = np.zeros(size), np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.bool_)
    for number, measure in enumerate(declared.measures):
        values[:, number] = weight * measure.effect
        costs[:, number] = measure.unit_cost
        eligible[:, number] = [_fits(measure, one) for one in candidates]
    return PlanningProblem(
        measures=tuple(measure.code for measure in declared.measures),
        values=values,
        costs=costs,
        eligible=eligible,
        likelihood=likelihood,
        first=red if declared.red_first else np.zeros(len(candidates), dtype=np.bool_),
        budget=declared.budget,
        capacities=tuple(measure.capacity for measure in declared.measures),
        floors=tuple(_floors(declared, candidates, np.asarray(eligible.any(axis=1)))),
        objective=declared.objective,
        warned=red,
    )


def likelihoods(candidates: Sequence[Candidate]) -> Floats:
    """(n,): who is not assessed counts with the mean of those who are."""
    known = [one.likelihood for one in candidates if one.likelihood is not None]
    mean = sum(known) / len(known) if known else 0.0
    return np.array([mean if one.likelihood is None else one.likelihood for one in candidates])


def _shortfalls(candidates: Sequence[Candidate]) -> Floats:
    """(n,) yuan: who has no recorded income counts with the mean of those who have."""
    known = [one.shortfall for one in candidates if one.shortfall is not None]
    mean = sum(known) / len(known) if known else 0.0
    return np.array([(mean if one.shortfall is None else float(one.shortfall)) / 100 for one in candidates])


def _fits(measure: DeclaredMeasure, one: Candidate) -> bool:
    return (
        one.facts.issuperset(measure.needs)
        and (not measure.factors or not one.factors.isdisjoint(measure.factors))
        and measure.code not in one.declined
    )


def _floors(declared: Declared, candidates: Sequence[Candidate], able: Flags) -> list[Floor]:
    found: list[Floor | None] = []
    if declared.townships_share > 0:
        townships = np.array([one.township for one in candidates])
        found += [
            proportional(name, townships == name, able, share=declared.townships_share, budget=declared.budget)
            for name in sorted(set(townships.tolist()))
        ]
    if declared.heads_of_65_share > 0:
        age, share = declared.elders_from_age, declared.heads_of_65_share
        fact = HouseholdFact.HEAD_65 if age == ELDER_FROM else HouseholdFact.ELDER_HEAD
        old = np.array([fact in one.facts for one in candidates])
        found.append(proportional(f"HEAD_{age}", old, able, share=share, budget=declared.budget))
    return [floor for floor in found if floor is not None]


def warm() -> None:
    """Loads the solvers, which takes seconds where the disk is busy: not while somebody waits for an answer."""
    import_module("risk_service.planning.engine")


def solve(declared: Declared, candidates: Sequence[Candidate]) -> tuple[Found, list[Allocation]]:
    """One allocation a candidate, in their order."""
    from risk_service.planning.engine import plan  # noqa: PLC0415 - its solvers are loaded where a plan is made

    return _told(plan(problem_of(declared, candidates)), candidates)


def _told(made: Plan, candidates: Sequence[Candidate]) -> tuple[Found, list[Allocation]]:
    problem, reasons = made.problem, reasons_of(made)
    found = _found(made)
    told = zip(
        candidates,
        problem.likelihood.tolist(),
        made.chosen.tolist(),
        reasons.reason,
        reasons.margin.tolist(),
        reasons.instead.tolist(),
        strict=True,
    )
    return found, [
        Allocation(
            number=row + 1,
            candidate=candidate,
            likelihood=likelihood,
            measure=None if chosen == NOBODY else problem.measures[chosen],
            cost=0 if chosen == NOBODY else int(problem.costs[row, chosen]),
            value=0.0 if chosen == NOBODY else float(problem.values[row, chosen]),
            reason=reason,
            margin=margin,
            instead=None if instead == NOBODY else problem.measures[instead],
        )
        for row, (candidate, likelihood, chosen, reason, margin, instead) in enumerate(told)
    ]


def _found(made: Plan) -> Found:
    problem, prices = made.problem, made.prices
    own = Outcome(value=made.value, helped=made.helped, cost=made.cost)
    ways = [
        (Way.THIS_PLAN, own),
        (Way.HIGHEST_RISK_FIRST, rank_by_risk(problem)),
        (Way.THRESHOLD_ONLY, threshold_only(problem)),
    ]
    return Found(
        value=made.value,
        bound=made.bound,
        cost=made.cost,
        helped=made.helped,
        cent_more=prices.budget,
        measures=tuple(
            MeasureResult(code=code, offered=offered, one_more=price)
            for code, offered, price in zip(
                problem.measures, made.used.tolist(), prices.capacities.tolist(), strict=True
            )
        ),
        floors=tuple(
            FloorResult(name=floor.name, least=floor.least, lacking=lacking, cent_less=price)
            for floor, lacking, price in zip(problem.floors, made.short_of_floors, prices.floors.tolist(), strict=True)
        ),
        red_left_out=_red_left_out(made),
        compared=tuple(Compared(way=way, value=one.value, helped=one.helped, cost=one.cost) for way, one in ways),
    )


def _red_left_out(made: Plan) -> int:
    """Of those that something is meant for."""
    problem = made.problem
    return int((problem.red & problem.eligible.any(axis=1) & (made.chosen == NOBODY)).sum())


def content_hash(declared: Declared, found: Found, allocations: Sequence[Allocation]) -> str:
    """SHA-256 of what went in and what came out; not of when, or by whom."""
    digest = hashlib.sha256(orjson.dumps(declared_json(declared), option=orjson.OPT_SORT_KEYS))
    digest.update(orjson.dumps([found.value, found.bound, found.cost, found.cent_more, found.red_left_out]))
    for allocation in allocations:
        digest.update(orjson.dumps(_hashed(allocation)))
    return digest.hexdigest()


def _hashed(allocation: Allocation) -> list[object]:
    one = allocation.candidate
    return [
        str(one.household_id),
        one.area_path,
        one.likelihood,
        one.members,
        one.red,
        sorted(one.factors),
        sorted(one.facts),
        one.shortfall,
        sorted(one.declined),
        allocation.measure,
        allocation.cost,
        allocation.value,
        allocation.reason.value,
    ]


def changed(declared: Declared, change: Change) -> Declared:
    """The declaration a what-if asks about; an effect stays at most 1, money and places at least 0."""
    places, effects = dict(change.places), dict(change.effects)
    return replace(
        declared,
        budget=max(0, declared.budget + change.budget),
        measures=tuple(
            replace(
                one,
                capacity=None if one.capacity is None else max(0, one.capacity + places.get(one.code, 0)),
                effect=min(1.0, one.effect * effects.get(one.code, 1.0)),
            )
            for one in declared.measures
        ),
    )


def what_if(declared: Declared, allocations: Sequence[Allocation], change: Change) -> WhatIf:
    """Somebody waits for it, so it is sought less long than a plan is; where the plan is still one, no worse."""
    from risk_service.planning.engine import plan  # noqa: PLC0415 - as in `solve`
    from risk_service.planning.rounding import WHILE_YOU_WAIT  # noqa: PLC0415 - as in `solve`

    candidates = [one.candidate for one in allocations]
    places = {one.code: place for place, one in enumerate(declared.measures)}
    known = np.array([NOBODY if one.measure is None else places[one.measure] for one in allocations], dtype=np.int64)
    found, other = _told(
        plan(problem_of(changed(declared, change), candidates), effort=WHILE_YOU_WAIT, known=known), candidates
    )
    flipped = sum(1 for one, two in zip(allocations, other, strict=True) if one.measure != two.measure)
    return WhatIf(found=found, flipped=flipped)
