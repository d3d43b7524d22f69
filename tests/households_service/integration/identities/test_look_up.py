"""Looking up whom a record means: masked, bound to the record, counted, written to the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import func, insert, select

from chassis.identity import Actor, Role
from chassis.tables import audit
from chassis.uow import audit_hash
from households_service.feeds.service import Envelope, submit_batch
from households_service.identities.looking_up.domain import PER_MINUTE
from households_service.identities.tables import look_ups
from households_service.members.domain import Relation
from households_service.registry.service import NewMember
from tests.households_service.county import REVIEWER, SPECIALIST, County
from tests.households_service.factories import COUNTY, NEXT_TOWNSHIP, NEXT_VILLAGE, id_number

BORN = date(1971, 12, 30)
NUMBER = id_number(born=BORN, order=811)
SENDER = Actor(subject="feed-hi", roles=frozenset({Role.DEPARTMENT}), areas=(COUNTY,), department="HEALTH_INSURANCE")
FAR = Actor(subject="reviewer-2", roles=frozenset({Role.TOWNSHIP_REVIEWER}), areas=(NEXT_TOWNSHIP,))
LOOK_UP = """
query LookUp($input: LookUpPersonInput!) {
  lookUpPerson(input: $input) {
    memberId displayName idNumberMasked birthYear householdCode agreements { field agreement }
  }
}"""


async def waiting_row(county: County) -> str:
    record = {
        "recordId": "LU-1",
        "eventType": "SETTLEMENT",
        "eventDate": "2020-09-17",
        "purposeCode": "MONITORING",
        "oopAmount": "12.50",
        "person": {"name": "Zzyzx Qwert", "villageCode": "990101001201"},
    }
    async with county.begin(SENDER) as uow:
        await submit_batch(
            uow, SENDER, envelope=Envelope(department="HEALTH_INSURANCE", batch_id="LU"), records=[record]
        )
    async with county.begin() as uow:
        (row,) = await uow.records.review_page(None, None, None, after=None, limit=5)
    return str(row.id)


def code_of(answer: Mapping[str, object]) -> object:
    errors = answer["errors"]
    assert isinstance(errors, list)
    (error,) = errors
    return error["code"]


async def test_a_look_up_shows_masked_people_with_what_agrees(county: County) -> None:
    row = await waiting_row(county)
    members = (
        NewMember(name="肉孜·买买提", relation=Relation.HEAD, id_number=NUMBER),
        NewMember(name="阿依古丽·肉孜", relation=Relation.CHILD, date_of_birth=date(2001, 5, 5)),
    )
    household = await county.register(members=members)
    father, daughter = await county.members_of(household)

    async def ask(actor: Actor = REVIEWER, **known: object) -> list[Mapping[str, object]]:
        data = await county.ask(actor, LOOK_UP, {"input": {"about": {"rowId": row}, **known}})
        found = data["lookUpPerson"]
        assert isinstance(found, list)
        return found

    (first, *_) = await ask(name="Rozi Memet", villageCode="990101001201")
    assert (first["memberId"], first["displayName"], first["birthYear"]) == (str(father), "肉**", 1971)
    assert first["idNumberMasked"] == "*" * 16 + NUMBER[-2:]
    agreements = {one["field"]: one["agreement"] for one in first["agreements"]}  # type: ignore[attr-defined]  # JSON of an answer
    assert (agreements["VILLAGE"], agreements["FIRST_NAME"]) == ("SAME", "CLOSE")
    assert "ID_NUMBER" not in agreements
    # Half a name, in another script.
    assert (await ask(name="Aygu", villageCode="990101001201"))[0]["memberId"] == str(daughter)
    assert (await ask(name="阿依古丽", birthYear=2001))[0]["memberId"] == str(daughter)
    slipped = NUMBER[:15] + str((int(NUMBER[15]) + 1) % 10) + NUMBER[16:]
    assert [one["memberId"] for one in await ask(idNumber=slipped)] == [str(father)]
    assert {one["memberId"] for one in await ask(householdCode=household.code)} == {str(father), str(daughter)}
    async with county.begin() as uow:
        query = select(func.count()).select_from(audit).where(audit.c.action == "LOOK_UP_PERSON")
        assert await uow.connection.scalar(query) == 5


async def test_a_look_up_needs_a_record_in_the_callers_area_and_an_office_that_decides(county: County) -> None:
    async with county.begin() as uow:
        (row, *_) = await uow.records.review_page(None, None, None, after=None, limit=5)

    async def refused(actor: Actor, **question: object) -> object:
        answer = await county.answer(actor, LOOK_UP, {"input": {"about": {"rowId": str(row.id)}, **question}})
        return code_of(answer)

    assert await refused(FAR, name="Rozi") == "NOTHING_TO_LOOK_UP_FOR"
    assert await refused(SPECIALIST, name="Rozi") == "FORBIDDEN"
    assert await refused(REVIEWER, villageCode="990101001201") == "LOOK_UP_TOO_VAGUE"
    assert await refused(REVIEWER, name="Rozi", about={}) == "LOOK_UP_ABOUT_MISSING"
    assert await refused(REVIEWER, name="Rozi", about={"department": "HEALTH_INSURANCE"}) == "LOOK_UP_ABOUT_MISSING"
    unknown = {"department": "HEALTH_INSURANCE", "recordId": "never-sent"}
    assert await refused(REVIEWER, name="Rozi Memet", about=unknown) == "NOTHING_TO_LOOK_UP_FOR"
    assert await refused(REVIEWER, name="Rozi") == "LOOK_UP_TOO_VAGUE"
    assert await refused(REVIEWER, name="Rozi", villageCode="990101001999") == "UNKNOWN_AREA"


async def test_nobody_is_found_beyond_the_callers_area(county: County) -> None:
    async with county.begin() as uow:
        (row, *_) = await uow.records.review_page(None, None, None, after=None, limit=5)
    await county.register(area_path=NEXT_VILLAGE, members=(NewMember(name="Xanzohre Ablet", relation=Relation.HEAD),))
    found = await county.ask(REVIEWER, LOOK_UP, {"input": {"about": {"rowId": str(row.id)}, "name": "Xanzohre Ablet"}})
    assert found == {"lookUpPerson": []}


async def test_more_questions_than_anybody_types_are_refused(county: County) -> None:
    async with county.begin() as uow:
        (row, *_) = await uow.records.review_page(None, None, None, after=None, limit=5)
        await uow.connection.execute(
            insert(look_ups), [{"subject": REVIEWER.subject, "asked_at": uow.now}] * PER_MINUTE
        )
    asked = {"input": {"about": {"rowId": str(row.id)}, "name": "Rozi"}}
    answer = await county.answer(REVIEWER, LOOK_UP, asked)
    assert code_of(answer) == "TOO_MANY_LOOK_UPS"


async def test_each_audit_row_covers_the_one_before(county: County) -> None:
    async with county.begin(REVIEWER) as uow:
        await uow.audit(action="TRY", subject_id="a", purpose="用途", fields=["x", "y"])
        await uow.audit(action="TRY", subject_id="b", purpose="")
    async with county.begin() as uow:
        rows = (await uow.connection.execute(select(audit).order_by(audit.c.n))).all()
    assert [row.subject_id for row in rows[-2:]] == ["a", "b"]
    previous = b""
    for number, row in enumerate(rows, start=1):
        roles, fields = ",".join(row.roles), ",".join(row.fields)
        told = (row.actor, roles, row.action, row.subject_id, row.purpose, fields)
        assert (row.n, row.previous_hash) == (number, previous)
        assert row.hash == audit_hash(previous, str(number), row.at.isoformat(), *told)
        previous = row.hash
