"""Entering by one's own act, and what others see of it (P1, domain G1)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from chassis.errors import Conflict, Forbidden, InvalidInput
from chassis.identity import Actor, Role
from employment_service.workers.domain import (
    AlreadyRegistered,
    Contact,
    ContactPreference,
    DidNotAskToBeCalled,
    IdentityNotVerified,
    TooManyAttempts,
    TooYoung,
    Wishes,
    Worker,
)
from employment_service.workers.service import (
    VerifiedMember,
    register_worker,
    reveal_phone,
    update_profile,
)
from tests.employment_service.factories import VILLAGE, id_of, worker
from tests.employment_service.town import (
    ADMIN,
    EMPLOYER,
    MONITOR,
    SPECIALIST,
    STAFF,
    STRANGE_STAFF,
    TOWNSHIP_STAFF,
    Town,
    as_worker,
)

NUMBER, NAME, BORN = "990101198707010028", "Mo Ther", date(1987, 7, 1)
MOTHER = Actor(subject="mother", roles=frozenset({Role.WORKER}))


def knows_the_mother(town: Town) -> None:
    town.people.people[(NUMBER, NAME, BORN)] = VerifiedMember(
        member_id=id_of(401), household_id=id_of(501), area_path=VILLAGE
    )


async def register(
    town: Town, actor: Actor = MOTHER, *, number: str = NUMBER, name: str = NAME, born: date = BORN, key: str = "k1"
) -> Worker:
    return await register_worker(
        town.begin,
        actor,
        town.people,
        id_number=number,
        name=name,
        date_of_birth=born,
        contact=Contact(display_name="Ayi", preference=ContactPreference.PHONE, phone="13900000000", language="zh-CN"),
        wishes=Wishes(wage_floor_cents=200_000, max_distance_km=15.0, qualifications=frozenset({"SEWING"})),
        shares_work_state=False,
        idempotency_key=key,
    )


async def test_a_person_who_proves_who_they_are_is_bound_to_their_token_and_member(town: Town) -> None:
    await town.add_areas()
    knows_the_mother(town)

    registered = await register(town)

    assert (registered.subject, registered.member_id, registered.area_path) == ("mother", id_of(401), VILLAGE)
    assert not registered.shares_work_state
    assert await town.count("workers") == 1


async def test_no_trace_of_the_id_number_stays(town: Town) -> None:
    knows_the_mother(town)
    await register(town)
    async with town.begin() as uow:
        names = (
            (
                await uow.connection.exec_driver_sql(
                    "select table_schema || '.' || table_name from information_schema.tables"
                    " where table_schema in ('public', 'chassis') and table_type = 'BASE TABLE'"
                )
            )
            .scalars()
            .all()
        )
        everything = ""
        for name in names:
            rows = await uow.connection.exec_driver_sql(f"select t::text from {name} t")
            everything += "\n".join(rows.scalars().all())

    assert "Ayi" in everything
    assert NUMBER not in everything
    assert NAME not in everything
    assert "13900000000" not in everything
    assert "zh-CN" not in everything


@pytest.mark.parametrize(
    ("number", "name", "born"),
    [("990101198707010029", NAME, BORN), (NUMBER, "Mo  Ther", BORN), (NUMBER, NAME, date(1987, 7, 2))],
    ids=["number", "name", "birth"],
)
async def test_one_wrong_detail_registers_nobody_and_does_not_say_which(
    town: Town, number: str, name: str, born: date
) -> None:
    knows_the_mother(town)

    with pytest.raises(IdentityNotVerified) as refused:
        await register(town, number=number, name=name, born=born)

    assert refused.value.field is None
    assert await town.count("workers") == 0


async def test_a_token_of_another_member_registers_nobody(town: Town) -> None:
    knows_the_mother(town)

    with pytest.raises(IdentityNotVerified):
        await register(town, Actor(subject="mother", roles=frozenset({Role.WORKER}), member_id=id_of(999)))


@pytest.mark.parametrize(
    "other", [STAFF, SPECIALIST, ADMIN, EMPLOYER], ids=["staff", "specialist", "admin", "employer"]
)
async def test_nobody_registers_somebody_else(town: Town, other: Actor) -> None:
    knows_the_mother(town)

    with pytest.raises(Forbidden):
        await register(town, other)

    assert town.people.asked == 0


async def test_under_16_nobody_is_registered_and_nobody_is_asked_about_them(town: Town) -> None:
    with pytest.raises(TooYoung):
        await register(town, born=date(2004, 9, 19))
    assert town.people.asked == 0

    with pytest.raises(IdentityNotVerified):
        await register(town, born=date(2004, 9, 18))
    assert town.people.asked == 1


async def test_the_same_request_twice_registers_once(town: Town) -> None:
    knows_the_mother(town)

    first, second = await register(town), await register(town)

    assert first.id == second.id
    assert await town.count("workers") == 1
    assert town.people.asked == 1


@pytest.mark.parametrize("key", ["", "k" * 201])
async def test_a_key_of_a_wrong_length_registers_nobody(town: Town, key: str) -> None:
    knows_the_mother(town)

    with pytest.raises(InvalidInput) as refused:
        await register(town, key=key)

    assert refused.value.field == "idempotencyKey"
    assert await town.count("workers") == 0


async def test_a_person_registers_once_under_one_token(town: Town) -> None:
    knows_the_mother(town)
    await register(town)

    with pytest.raises(AlreadyRegistered):
        await register(town, key="k2")
    with pytest.raises(AlreadyRegistered):
        await register(town, Actor(subject="impostor", roles=frozenset({Role.WORKER})))


async def test_five_wrong_attempts_a_day_are_enough(town: Town) -> None:
    knows_the_mother(town)
    for attempt in range(5):
        with pytest.raises(IdentityNotVerified):
            await register(town, number=f"99010119870701002{attempt}X")
        town.clock.advance(timedelta(minutes=1))

    with pytest.raises(TooManyAttempts):
        await register(town)

    town.clock.advance(timedelta(days=1))
    assert (await register(town)).subject == "mother"


async def test_only_the_worker_and_the_employment_staff_of_the_area_see_that_somebody_registered(town: Town) -> None:
    await town.add_areas()
    await town.add(worker(1))
    document = "query($r: [_Any!]!) { _entities(representations: $r) { ... on Member { worker { displayName } nearbyVacancies { totalCount } } } }"

    def member() -> dict[str, object]:
        return {"r": [{"__typename": "Member", "id": str(id_of(401))}]}

    seen = {"worker": {"displayName": "Invented Person 1"}, "nearbyVacancies": {"totalCount": 0}}
    hidden = {"worker": None, "nearbyVacancies": None}

    for actor in (as_worker(1), STAFF, TOWNSHIP_STAFF):
        assert (await town.ask(actor, document, member()))["_entities"] == [seen], actor
    for actor in (as_worker(2), SPECIALIST, ADMIN, EMPLOYER, STRANGE_STAFF):
        assert (await town.ask(actor, document, member()))["_entities"] == [hidden], actor
    assert (await town.ask(MONITOR, document, member()))["_entities"] == [seen | {"nearbyVacancies": None}]


async def test_health_and_language_are_for_the_worker_alone(town: Town) -> None:
    await town.add_areas()
    await town.add(worker(1, contact=Contact(display_name="Ayi", language="ug")))
    document = "query($id: ID!) { worker(id: $id) { healthLimits preferredLanguage sharesWorkState phoneMasked } }"

    own = await town.ask(as_worker(1), document, {"id": str(id_of(301))})
    others = await town.ask(STAFF, document, {"id": str(id_of(301))})

    assert own["worker"] == {
        "healthLimits": [],
        "preferredLanguage": "ug",
        "sharesWorkState": False,
        "phoneMasked": None,
    }
    assert others["worker"] == {
        "healthLimits": None,
        "preferredLanguage": None,
        "sharesWorkState": None,
        "phoneMasked": None,
    }


async def test_a_phone_is_opened_only_of_whoever_asked_to_be_called_and_leaves_a_row(town: Town) -> None:
    await town.add(
        worker(1, contact=Contact(display_name="A", preference=ContactPreference.PHONE, phone="13900000001")),
        worker(2, contact=Contact(display_name="B", phone="13900000002")),
    )
    async with town.begin(STAFF) as uow:
        assert await reveal_phone(uow, worker_id=id_of(301), reason="A vacancy next door") == "13900000001"
    with pytest.raises(DidNotAskToBeCalled):
        async with town.begin(STAFF) as uow:
            await reveal_phone(uow, worker_id=id_of(302), reason="A vacancy next door")
    with pytest.raises(InvalidInput):
        async with town.begin(STAFF) as uow:
            await reveal_phone(uow, worker_id=id_of(301), reason=" ")

    assert await town.audited("revealPhone") == [("staff-1", str(id_of(301)))]


async def test_of_two_changes_at_once_one_is_refused(town: Town) -> None:
    await town.add(worker(1))
    async with town.begin(as_worker(1)) as uow:
        await update_profile(uow, expected_version=1, seeking=False)

    with pytest.raises(Conflict):
        async with town.begin(as_worker(1)) as uow:
            await update_profile(uow, expected_version=1, seeking=True)
