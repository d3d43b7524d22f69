"""The employer confirms by a written contract; one that says something else voids the worker's yes."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from chassis.errors import InvalidInput
from employment_service.offers.renewal import ask_anew
from employment_service.placements.access import changeable
from employment_service.placements.differences import Contract, Difference, differences
from employment_service.placements.domain import (
    Placement,
    PlacementNotFound,
    PlacementState,
    StepNotPossible,
    state_to_all,
)
from employment_service.placements.mismatches import note_mismatches
from employment_service.placements.reasons import StepReason
from employment_service.placements.service import step
from employment_service.uow import EmploymentUnitOfWork
from employment_service.vacancies.domain import Terms, TermsVersion, VacancyChanged


async def record_contract(
    uow: EmploymentUnitOfWork, *, placement_id: UUID, contract: Contract, expected_version: int
) -> Placement:
    """CONTRACTED if the contract says what the worker accepted, to the cent, the hour and the day.

    Otherwise the acceptance is void, the mismatch is written down, and the worker is shown the contract's figures and
    decides anew, with the whole time to think.
    """
    placement, worker = await changeable(uow, "recordContract", placement_id, expected_version)
    if placement.state is not PlacementState.ACCEPTED:
        raise StepNotPossible(f"A placement that is {state_to_all(placement)} takes no contract.")
    accepted = await uow.vacancies.terms_version(placement.vacancy_id, placement.terms_version)
    if accepted is None:
        raise PlacementNotFound("The terms of this placement are not known.")
    found = differences(contract, accepted.terms)
    if found:
        return await _void(uow, placement, contract, accepted, found)
    changed = await step(uow, placement, worker, PlacementState.CONTRACTED, on=None, reason=StepReason.CONTRACT_MATCHES)
    vacancy = await uow.vacancies.get(placement.vacancy_id)
    if vacancy is not None:
        uow.emit(VacancyChanged(vacancy=vacancy))
    return changed


async def _void(
    uow: EmploymentUnitOfWork,
    placement: Placement,
    contract: Contract,
    accepted: TermsVersion,
    found: Sequence[Difference],
) -> Placement:
    vacancy = await uow.vacancies.locked(placement.vacancy_id)
    offer = await uow.offers.get(placement.offer_id, lock=True)
    if vacancy is None or offer is None:
        raise PlacementNotFound("The offer of this placement is not known.")
    await note_mismatches(uow, placement, found)
    written = _shown(contract, accepted.terms)
    version = accepted
    if written is not None:
        number = await uow.vacancies.next_terms_number(vacancy.id)
        version = TermsVersion.of(written, number=number, at=uow.now, offer_id=offer.id, texts=accepted.texts)
        await uow.vacancies.add_terms(vacancy.id, version)
    vacancy, void = await ask_anew(
        uow, vacancy, offer, version, placement=placement, reason=StepReason.CONTRACT_DIFFERS
    )
    await uow.vacancies.save_places(vacancy)
    return placement if void is None else void


def _shown(contract: Contract, accepted: Terms) -> Terms | None:
    """What the worker is asked next: the contract as written, unless no terms could ever say that."""
    try:
        return contract.as_terms(accepted)
    except InvalidInput:
        return None
