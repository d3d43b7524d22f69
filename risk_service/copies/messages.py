"""Reads copies from the contracts of the households service."""

from __future__ import annotations

from datetime import date

from chassis.ids import parse_id
from contracts.households.v1 import events_pb2 as messages
from risk_service.copies.domain import AreaCopy, BasisCopy, HouseholdCopy, LabourCapacity, MemberCopy, OfficerCopy
from risk_service.policy.domain import IncomeBasis


def area_of(message: messages.AreaChanged) -> AreaCopy:
    return AreaCopy(
        id=parse_id(message.area_id, field="area_id"),
        path=message.path,
        code=message.code,
        level=messages.AreaLevel.Name(message.level).removeprefix("AREA_LEVEL_"),
        name=message.name,
        time_zone=message.time_zone,
    )


def officer_of(message: messages.OfficerChanged) -> OfficerCopy:
    return OfficerCopy(
        id=parse_id(message.officer_id, field="officer_id"),
        subject=message.subject,
        roles=frozenset(message.roles),
        seat=message.area_path,
        active=message.active,
    )


def household_of(message: messages.HouseholdChanged) -> HouseholdCopy:
    """Members and officers in id order, so that equal states compare equal."""
    people = (_member_of(member) for member in message.members)
    officers = {parse_id(officer_id, field="support_officer_ids") for officer_id in message.support_officer_ids}
    return HouseholdCopy(
        id=parse_id(message.household_id, field="household_id"),
        code=message.code,
        area_path=message.area_path,
        registration_history=messages.RegistrationHistory.Name(message.registration_history).removeprefix(
            "REGISTRATION_HISTORY_"
        ),
        monitoring_category=messages.MonitoringCategory.Name(message.monitoring_category).removeprefix(
            "MONITORING_CATEGORY_"
        ),
        safe_housing=message.safe_housing,
        safe_water=message.safe_water,
        members=tuple(sorted(people, key=lambda member: member.id)),
        support_officer_ids=tuple(sorted(officers)),
    )


def bases_of(message: messages.IncomeStatement) -> list[BasisCopy]:
    as_of = date.fromisoformat(message.as_of)
    return [
        BasisCopy(
            basis=IncomeBasis(messages.IncomeBasis.Name(totals.basis).removeprefix("INCOME_BASIS_")),
            as_of=as_of,
            member_count=message.member_count,
            currency=message.currency,
            wage=totals.wage_cents,
            production=totals.production_cents,
            property_income=totals.property_cents,
            transfer=totals.transfer_cents,
            production_costs=totals.production_cost_cents,
            net=totals.net_cents,
            rigid_expenses=totals.rigid_expenses_cents,
        )
        for totals in message.bases
    ]


def _member_of(message: messages.MemberState) -> MemberCopy:
    capacity = messages.LabourCapacity.Name(message.labour_capacity).removeprefix("LABOUR_CAPACITY_")
    return MemberCopy(
        id=parse_id(message.member_id, field="member_id"),
        date_of_birth=date.fromisoformat(message.date_of_birth) if message.date_of_birth else None,
        head=message.head,
        labour_capacity=LabourCapacity(capacity),
        in_school=message.in_school,
        disabled=message.disabled,
        counted=message.counted,
        care_duties=len(message.care_duties),
    )
