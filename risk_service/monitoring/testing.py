"""Whether a candidate would have told better than what serves: on what was told months ago and seen since."""

from __future__ import annotations

import numpy as np

from risk_service.likelihood.declared import declared
from risk_service.monitoring.outcomes import Outcomes, horizons, outcomes
from risk_service.publishing.domain import LEAST_EVENTS, LEAST_TESTED, ModelNotTested
from risk_service.scoring.engine import Engine
from risk_service.scoring.features import Floats
from risk_service.scoring.points import Lookup, PointsTable
from risk_service.scoring.promotion import Verdict, compare
from risk_service.scoring.reasons import by_month
from risk_service.uow import RiskUnitOfWork

SEED = 1


async def as_of_test(uow: RiskUnitOfWork, *, candidate: PointsTable, incumbent: PointsTable) -> Verdict:
    """Over the longest horizon of which enough is seen, and whose rows came after all that the candidate learnt from.

    Raises ModelNotTested.
    """
    for months in horizons():
        found = await outcomes(uow, months=months)
        if candidate.labels and candidate.data_to >= f"{found.told_on:%Y-%m}":
            continue
        events = int(found.seen.sum())
        if len(found.households) < LEAST_TESTED or min(events, len(found.households) - events) < LEAST_EVENTS:
            continue
        return compare(
            (candidate.version, _told(candidate, found)),
            (incumbent.version, _told(incumbent, found)),
            found.seen.astype(np.float64),
            np.arange(len(found.households), dtype=np.int64),
            seed=SEED,
        )
    raise ModelNotTested(
        f"At least {LEAST_TESTED} households told before, with {LEAST_EVENTS} outcomes of either kind since and later"
        " than what the table was made of, are needed.",
        field="version",
    )


def _told(table: PointsTable, found: Outcomes) -> Floats:
    places = [declared().place_of(name) for name in table.names]
    likelihood = Engine(Lookup(table)).likelihoods(np.asfortranarray(found.values[:, places]))
    return dict(by_month(table, likelihood)).get(found.months, likelihood)
