"""Rows of calls as what they stand for."""

from __future__ import annotations

from sqlalchemy import Row

from employment_service.calls.domain import (
    CallClaim,
    CallOutcome,
    CallReason,
    CallRequest,
    Contact,
    ContactSource,
    RequestAbout,
)


def claim_of(row: Row[tuple[object, ...]]) -> CallClaim:
    return CallClaim(
        id=row.id,
        worker_id=row.worker_id,
        area_path=row.area_path,
        claimed_by=row.claimed_by,
        claimed_at=row.claimed_at,
        until=row.until,
        reasons=tuple(CallReason(each) for each in row.reasons),
    )


def request_of(row: Row[tuple[object, ...]]) -> CallRequest:
    return CallRequest(
        id=row.id,
        worker_id=row.worker_id,
        area_path=row.area_path,
        about=RequestAbout(row.about),
        offer_id=row.offer_id,
        asked_at=row.asked_at,
        call_from=row.call_from,
        until=row.until,
    )


def contact_of_row(row: Row[tuple[object, ...]]) -> Contact:
    return Contact(
        id=row.id,
        worker_id=row.worker_id,
        area_path=row.area_path,
        claim_id=row.claim_id,
        source=ContactSource(row.source),
        happened_at=row.happened_at,
        made_by=row.made_by,
        outcome=None if row.outcome is None else CallOutcome(row.outcome),
        reasons=tuple(CallReason(each) for each in row.reasons),
        about_work=row.about_work,
        requested=row.requested,
    )
