"""The one statement behind the call list: who may be called, every reason, and the order.

Reasons about care come from placements, wages and follow-ups; reasons about work only from what the worker asked for.
Neither the state of an open offer nor a withheld one is looked at, so that no answer shows: an offer that was asked to
be reminded of stays until it runs out, whatever was said to it.
"""

from __future__ import annotations

from sqlalchemy import ARRAY, BigInteger, Date, DateTime, Integer, Text, TextClause, Uuid, bindparam, text

RESTING = """
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

_LISTED = """
    with callable as materialized (
        select w.id, w.asked_nearby_at, w.seeking, w.follow_up_wanted
        from workers w
        where w.contact_preference = 'PHONE'
            and w.area_path >= :area_from and w.area_path < :area_to
            and (:anybody or w.id = any(:workers))
            and not exists (select from wrong_numbers n where n.worker_id = w.id)
            and not exists (
                select from call_claims c where c.worker_id = w.id and c.until > :now and c.claimed_by <> :caller
            )
    ), found (worker_id, reason, urgency, since, vacancy_id, placement_id) as (
        select w.id, case r.about when 'CALL' then 'CALL_ASKED' else 'CALL_BACK_DUE' end,
            case r.about when 'CALL' then 2 else 1 end, r.call_from, null::uuid, null::uuid
        from call_requests r join callable w on w.id = r.worker_id
        where r.about in ('CALL', 'CALL_BACK') and r.call_from <= :now and r.until > :now
      union all
        select w.id, 'WAGE_BELOW_TERMS', 3, g.confirmed_at, p.vacancy_id, p.id
        from callable w
        join placements p on p.worker_id = w.id and p.state in ('STARTED', 'STABLE')
        join vacancy_terms t on t.vacancy_id = p.vacancy_id and t.number = p.terms_version
        join lateral (
            select month, cents, confirmed_at from wage_confirmations
            where placement_id = p.id order by month desc limit 1
        ) g on g.cents < t.monthly_wage_cents
        where 'WAGE_BELOW_TERMS' = any(:wanted)
            and g.cents < t.monthly_wage_cents
                - (select coalesce(sum((d ->> 1)::bigint), 0) from jsonb_array_elements(t.deductions) d)
            and exists (
                select from placement_steps s
                where s.placement_id = p.id and s.state = 'STARTED' and s.happened_on <= g.month
            )
      union all
        select w.id, 'OFFER_EXPIRING', 4, o.expires_at - make_interval(days => :expiring_days), o.vacancy_id,
            null::uuid
        from call_requests r
        join callable w on w.id = r.worker_id
        join offers o on o.id = r.offer_id
        where r.about = 'OFFER'
            and o.expires_at > :now and o.expires_at <= :now + make_interval(days => :expiring_days)
            and not exists (select from placements a where a.offer_id = o.id and a.state <> 'VOIDED')
      union all
        select w.id, 'SILENT', 5,
            (m.month + interval '1 month' + make_interval(days => t.pay_day - 1)) at time zone 'UTC',
            p.vacancy_id, p.id
        from callable w
        join placements p on p.worker_id = w.id and p.state in ('STARTED', 'STABLE')
        join vacancy_terms t on t.vacancy_id = p.vacancy_id and t.number = p.terms_version
        cross join lateral (
            select (date_trunc('month', (:today - :silence_days - t.pay_day)::timestamp) - interval '1 month')::date
                as month
        ) m
        where 'SILENT' = any(:wanted) and w.follow_up_wanted
            and not exists (select from wage_confirmations g where g.placement_id = p.id and g.month >= m.month)
            and exists (
                select from placement_steps s
                where s.placement_id = p.id and s.state = 'STARTED' and s.happened_on < m.month + interval '1 month'
            )
      union all
        select w.id, 'FOLLOW_UP_OVERDUE', 6, f.due_on::timestamp at time zone 'UTC', p.vacancy_id, p.id
        from follow_ups f
        join callable w on w.id = f.worker_id and w.follow_up_wanted
        join placements p on p.id = f.placement_id
        where f.state = 'DUE' and f.due_on < :today - :overdue_days
      union all
        select w.id, 'NEW_MATCH', 7, n.found_at, n.vacancy_id, null::uuid
        from new_matches n
        join callable w on w.id = n.worker_id
        join vacancies v on v.id = n.vacancy_id and v.state = 'PUBLISHED'
        join vacancy_places l on l.vacancy_id = v.id and l.taken < v.places
        where w.seeking and w.asked_nearby_at > :now - make_interval(days => :ask_days)
            and not ({resting})
    ), listed as (
        select f.*
        from found f left join call_pauses p on p.worker_id = f.worker_id and p.reason = f.reason
        where f.reason = any(:wanted)
            and (
                p.until is null or p.until <= :now
                or (f.reason = 'CALL_ASKED' and f.since > p.noted_at)
            )
            and not (
                f.reason in ('WAGE_BELOW_TERMS', 'NEW_MATCH') and p.talked_at is not null and f.since <= p.talked_at
            )
    ), called as (
        select worker_id, min(urgency) as urgency,
            (array_agg(since order by urgency, since))[1] as since,
            json_agg(
                json_build_array(reason, since, vacancy_id, placement_id) order by urgency, since, vacancy_id
            ) as whys
        from listed group by worker_id
    )
"""

_PAGE = """
    select worker_id, urgency, since, whys::text as whys from called
    where :from_the_start or (urgency, since, worker_id) > (:after_urgency, :after_since, :after_worker)
    order by urgency, since, worker_id
    limit :count
"""

_COUNT = "select count(*) from called"


def _typed(statement: str) -> TextClause:
    return text(statement.replace("{resting}", RESTING)).bindparams(
        bindparam("now", type_=DateTime(timezone=True)),
        *(bindparam(name, type_=Integer) for name in ("quiet_days", "ask_days")),
    )


def _listing(statement: str) -> TextClause:
    return _typed(_LISTED + statement).bindparams(
        *(bindparam(name, type_=Integer) for name in ("expiring_days", "silence_days", "overdue_days")),
        bindparam("today", type_=Date),
        bindparam("workers", type_=ARRAY(Uuid)),
        bindparam("wanted", type_=ARRAY(Text)),
    )


PAGE = _listing(_PAGE).bindparams(
    bindparam("after_urgency", type_=Integer),
    bindparam("after_since", type_=DateTime(timezone=True)),
    bindparam("after_worker", type_=Uuid),
    bindparam("count", type_=BigInteger),
)

COUNT = _listing(_COUNT)

FORGET_MATCHES = _typed(
    """
    delete from new_matches n using workers w
    where w.id = n.worker_id and (
        not w.seeking or w.contact_preference <> 'PHONE' or w.asked_nearby_at is null
        or w.asked_nearby_at <= :now - make_interval(days => :ask_days) or {resting}
    )
    """
)

TO_SEARCH_FOR = _typed(
    """
    select w.id, case when s.searched_at > w.asked_nearby_at then s.searched_at end as searched_at
    from workers w left join match_searches s on s.worker_id = w.id
    where w.contact_preference = 'PHONE' and w.seeking
        and w.asked_nearby_at > :now - make_interval(days => :ask_days)
        and not ({resting})
    order by s.searched_at nulls first, w.id
    """
)
