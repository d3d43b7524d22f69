"""The statements behind the call list: every reason, who may be called, and the order.

Reasons about care come from placements, wages and follow-ups; reasons about work only from what the worker asked for.
Neither the state of an open offer nor a withheld one is looked at, so that no answer shows: an offer that was asked to
be reminded of stays until it runs out, whatever was said to it.

Everything is gathered every few minutes (`REFRESH`), what comes at a later hour as well; a worker's own wish enters at
once. The list is read in its order (`PAGE`), and whatever is shown is looked at again as it stands (`REASONS`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from asyncpg import Record
from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    Date,
    DateTime,
    Integer,
    Text,
    TextClause,
    Uuid,
    bindparam,
    make_url,
    text,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import driver_of

_WHO = """w.contact_preference = 'PHONE' and not exists (select from wrong_numbers n where n.worker_id = w.id)"""

_RESTING = """
    exists (
        select from call_rests r
        where r.worker_id = w.id and r.until > :now
            and (w.asked_nearby_at is null or w.asked_nearby_at < r.decidable_until)
            and not exists (select from placements a where a.offer_id = r.offer_id and a.state <> 'VOIDED')
    ) or exists (
        select from placements b join placement_steps s on s.placement_id = b.id and s.number = 1
        where b.worker_id = w.id and b.state <> 'VOIDED' and s.recorded_at >= w.asked_nearby_at
    ) or exists (
        select from placements c
        join lateral (
            select recorded_at from placement_steps where placement_id = c.id order by number desc limit 1
        ) e on true
        where c.worker_id = w.id
            and c.state not in ('ACCEPTED', 'CONTRACTED', 'TRAVEL_BOOKED', 'ARRIVED', 'STARTED', 'STABLE')
            and e.recorded_at >= w.asked_nearby_at
            and e.recorded_at > :now - make_interval(days => :quiet_days)
    )
"""
"""Job-related reasons rest: after any offer that led to no placement, after a placement that began since the worker
asked (it used the ask up), and after any end of one. All of it is known to the staff."""

_WAGE = """
    select w.id as worker_id, w.area_path, 'WAGE_BELOW_TERMS' as reason, 3 as urgency, g.confirmed_at as since,
        p.vacancy_id, p.id as placement_id
    from workers w
    join placements p on p.worker_id = w.id and p.state in ('STARTED', 'STABLE')
    join vacancy_terms t on t.vacancy_id = p.vacancy_id and t.number = p.terms_version
    join lateral (
        select month, cents, confirmed_at from wage_confirmations
        where placement_id = p.id order by month desc limit 1
    ) g on g.cents < t.monthly_wage_cents
        - (select coalesce(sum((d ->> 1)::bigint), 0) from jsonb_array_elements(t.deductions) d)
    where {who} and exists (
        select from placement_steps s
        where s.placement_id = p.id and s.state = 'STARTED' and s.happened_on <= g.month
    )
"""
"""Of the last month that was worked from its first day on; deductions of the terms are none."""

_SILENT = """
    select w.id as worker_id, w.area_path, 'SILENT' as reason, 5 as urgency,
        (m.month + interval '1 month' + make_interval(days => t.pay_day - 1)) at time zone 'UTC' as since,
        p.vacancy_id, p.id as placement_id
    from workers w
    join placements p on p.worker_id = w.id and p.state in ('STARTED', 'STABLE')
    join vacancy_terms t on t.vacancy_id = p.vacancy_id and t.number = p.terms_version
    cross join lateral (
        select (date_trunc('month', (:today - :silence_days - t.pay_day)::timestamp) - interval '1 month')::date
            as month
    ) m
    where {who} and w.follow_up_wanted
        and not exists (select from wage_confirmations g where g.placement_id = p.id and g.month >= m.month)
        and exists (
            select from placement_steps s
            where s.placement_id = p.id and s.state = 'STARTED' and s.happened_on < m.month + interval '1 month'
        )
"""
"""`m`: the last month whose pay day, in the month after it, is long enough past."""

_FOLLOW_UP = """
    select w.id as worker_id, w.area_path, 'FOLLOW_UP_OVERDUE' as reason, 6 as urgency,
        f.due_on::timestamp at time zone 'UTC' as since, p.vacancy_id, p.id as placement_id
    from workers w
    join placements p on p.worker_id = w.id
    join follow_ups f on f.placement_id = p.id and f.state = 'DUE' and f.due_on < :today - :overdue_days
    where {who} and w.follow_up_wanted
"""

_MATCH = """
    select w.id as worker_id, w.area_path, 'NEW_MATCH' as reason, 7 as urgency, n.found_at as since, n.vacancy_id,
        null::uuid as placement_id
    from workers w
    join new_matches n on n.worker_id = w.id
    join vacancies v on v.id = n.vacancy_id and v.state = 'PUBLISHED'
    join vacancy_places l on l.vacancy_id = v.id and l.taken < v.places
    where {who} and w.seeking and w.asked_nearby_at > :now - make_interval(days => :ask_days)
"""
"""Only of workers whose job-related reasons do not rest: of the others no match is kept."""

_ASKED = """
    select w.id as worker_id, w.area_path,
        case r.about when 'CALL' then 'CALL_ASKED' else 'CALL_BACK_DUE' end as reason,
        case r.about when 'CALL' then 2 else 1 end as urgency, r.call_from as since, null::uuid as vacancy_id,
        null::uuid as placement_id
    from call_requests r join workers w on w.id = r.worker_id
    where {who} and r.about in ('CALL', 'CALL_BACK') and r.until > :now
"""

_EXPIRING = """
    select w.id as worker_id, w.area_path, 'OFFER_EXPIRING' as reason, 4 as urgency,
        o.expires_at - make_interval(days => :expiring_days) as since, o.vacancy_id, null::uuid as placement_id
    from call_requests r
    join workers w on w.id = r.worker_id
    join offers o on o.id = r.offer_id
    where {who} and r.about = 'OFFER' and o.expires_at > :now
        and not exists (select from placements a where a.offer_id = o.id and a.state <> 'VOIDED')
"""

_EVERY = (_WAGE, _SILENT, _FOLLOW_UP, _MATCH, _ASKED, _EXPIRING)

_NOT_PAUSED = """
    (p.until is null or p.until <= :now or (f.reason = 'CALL_ASKED' and f.since > p.noted_at))
    and not (f.reason in ('WAGE_BELOW_TERMS', 'NEW_MATCH') and p.talked_at is not null and f.since <= p.talked_at)
"""

_REFRESH = """
    insert into call_candidates (worker_id, reason, area_path, urgency, since)
    select f.worker_id, f.reason, f.area_path, f.urgency, min(f.since)
    from ({branch}) f left join call_pauses p on p.worker_id = f.worker_id and p.reason = f.reason
    where {not_paused}
    group by f.worker_id, f.reason, f.area_path, f.urgency
"""

_HERE = """
    f.area_path >= :area_from and f.area_path < :area_to and f.reason = any(:wanted)
    and not exists (
        select from call_claims c where c.worker_id = f.worker_id and c.until > :now and c.claimed_by <> :but_of
    )
"""

_PAGE = """
    select f.worker_id, f.reason, f.urgency, f.since,
        (select set_config('plan_cache_mode', 'force_generic_plan', true)) as planned
    from call_candidates f
    where {here} and f.since <= :now
        and (:from_the_start or (f.urgency, f.since, f.worker_id) > (:after_urgency, :after_since, :after_worker))
    order by f.urgency, f.since, f.worker_id
    limit :count
"""

"""Whoever reads a page looks at its reasons next: to plan that statement anew takes longer than to run it, and the plan
is the same for any workers. The setting ends with the transaction.
"""

_COUNT = "select count(distinct f.worker_id) from call_candidates f where {here} and f.since <= :now"

_REASONS = """
    select f.worker_id, f.area_path, f.reason, f.since, f.vacancy_id, f.placement_id
    from ({all}) f left join call_pauses p on p.worker_id = f.worker_id and p.reason = f.reason
    where {not_paused} and f.reason = any(:wanted) and f.since <= :now
    order by f.worker_id, f.urgency, f.since, f.vacancy_id
"""

_FORGET_MATCHES = """
    delete from new_matches n using workers w
    where w.id = n.worker_id and (
        not w.seeking or w.contact_preference <> 'PHONE' or w.asked_nearby_at is null
        or w.asked_nearby_at <= :now - make_interval(days => :ask_days) or {resting}
    )
"""

_TO_SEARCH_FOR = """
    select w.id, case when s.searched_at > w.asked_nearby_at then s.searched_at end as searched_at
    from workers w left join match_searches s on s.worker_id = w.id
    where {who} and w.seeking and w.asked_nearby_at > :now - make_interval(days => :ask_days) and not ({resting})
    order by s.searched_at nulls first, w.id
"""

_BINDS: tuple[
    BindParameter[datetime]
    | BindParameter[date]
    | BindParameter[int]
    | BindParameter[UUID]
    | BindParameter[Sequence[UUID]]
    | BindParameter[Sequence[str]],
    ...,
] = (
    bindparam("now", type_=DateTime(timezone=True)),
    bindparam("today", type_=Date),
    bindparam("workers", type_=ARRAY(Uuid)),
    bindparam("wanted", type_=ARRAY(Text)),
    bindparam("after_urgency", type_=Integer),
    bindparam("after_since", type_=DateTime(timezone=True)),
    bindparam("after_worker", type_=Uuid),
    bindparam("count", type_=BigInteger),
    bindparam("quiet_days", type_=Integer),
    bindparam("ask_days", type_=Integer),
    bindparam("expiring_days", type_=Integer),
    bindparam("silence_days", type_=Integer),
    bindparam("overdue_days", type_=Integer),
)


def _statement(template: str, *, who: str = _WHO, **parts: str) -> TextClause:
    """`parts` and what every template may name, put into their places; constants of this module alone."""
    places = parts | {"not_paused": _NOT_PAUSED, "who": who, "resting": _RESTING}
    for name, part in places.items():
        template = template.replace(f"{{{name}}}", part)
    return text(template).bindparams(*(one for one in _BINDS if f":{one.key}" in template))


@dataclass(frozen=True, slots=True, kw_only=True)
class Direct:
    """A statement for the driver itself: what is asked dozens of times a minute needs nothing around it."""

    text: str
    names: tuple[str, ...]

    @staticmethod
    def of(clause: TextClause) -> Direct:
        compiled = clause.compile(dialect=make_url("postgresql+asyncpg://").get_dialect()())
        names = getattr(compiled, "positiontup", None)
        if names is None:
            raise TypeError("The dialect numbers what a statement is given.")
        return Direct(text=str(compiled), names=tuple(names))

    async def fetch(self, connection: AsyncConnection, values: Mapping[str, object]) -> list[Record]:
        driver = await driver_of(connection)
        return list(await driver.fetch(self.text, *(values[name] for name in self.names)))


REFRESH = tuple(_statement(_REFRESH, branch=branch) for branch in _EVERY)
PAGE = Direct.of(_statement(_PAGE, here=_HERE))
COUNT = _statement(_COUNT, here=_HERE)
REASONS = Direct.of(_statement(_REASONS, all=" union all ".join(_EVERY), who=f"{_WHO} and w.id = any(:workers)"))
FORGET_MATCHES = _statement(_FORGET_MATCHES)
TO_SEARCH_FOR = _statement(_TO_SEARCH_FOR)
