"""Every message that crosses a wall has an example, and the examples leave no field of a contract out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from google.protobuf.message import Message

from employment_service.copies.subscribers import HOUSEHOLDS
from households_service.main import SUBSCRIPTIONS as HOUSEHOLDS_HEARS
from risk_service.main import SUBSCRIPTIONS
from tests.contract import book, catalogue

# No service listens to these yet. Who begins to takes the event out here and adds what it must read to
# test_risk_reads.py or test_employment_reads.py.
UNHEARD = {
    "contracts.households.v1.IncomeStatementFrozen",
    # Who keeps records of a member hears of their moving by DepartmentRecordLinked.
    "contracts.households.v1.PersonSplit",
    "contracts.households.v1.PersonsMerged",
    "contracts.employment.v1.VacancyChanged",
    "contracts.employment.v1.WorkStateChanged",
    "contracts.risk.v1.AssistanceOffered",
    "contracts.risk.v1.AlertAmountChanged",
    "contracts.risk.v1.AlertCleared",
    "contracts.risk.v1.AlertEscalated",
    "contracts.risk.v1.AlertRaised",
    "contracts.risk.v1.CaseChanged",
    "contracts.risk.v1.CaseDeadlineMissed",
    "contracts.risk.v1.NotificationRequested",
    "contracts.risk.v1.VerificationTaskAssigned",
}


def heard(handlers: Iterable[Iterable[type[Message]]]) -> set[str]:
    return {kind.DESCRIPTOR.full_name for kinds in handlers for kind in kinds}


def test_every_event_and_every_rpc_has_an_example() -> None:
    missing = [name for name in catalogue.exemplified() if "" not in book.cases_of(name)]

    assert sorted(missing) == [], "Add them to the service's facts or to the rpc's test, then WRITE_EXAMPLES=1."


def test_the_events_and_rpcs_are_the_known_ones() -> None:
    """Guards the list above against an empty catalogue."""
    assert (len(catalogue.event_types()), len(catalogue.rpc_types())) == (24, 14)


def test_no_example_is_of_a_message_that_is_gone() -> None:
    known = {book.place_of(name).relative_to(book.EXAMPLES).with_suffix("") for name in catalogue.exemplified()}
    strays = []
    for place in book.all_places():
        inside = place.relative_to(book.EXAMPLES)
        if inside.with_name(inside.stem.partition("-")[0]) not in known:
            strays.append(str(inside))

    assert strays == []


def test_every_example_is_readable_by_its_contract_and_written_in_the_one_form() -> None:
    for name, kind in catalogue.exemplified().items():
        for case in book.cases_of(name):
            message = book.example(kind, case)

            assert book.text_of(message) == book.place_of(name, case).read_text(encoding="utf-8"), (name, case)


def test_every_field_of_every_message_is_set_in_some_example() -> None:
    """A field that is never set is a field whose translation nobody has seen."""
    seen: dict[str, set[str]] = defaultdict(set)
    declared: dict[str, set[str]] = {}

    def look(message: Message) -> None:
        name = message.DESCRIPTOR.full_name
        if not name.startswith("contracts."):
            return
        declared[name] = {field.name for field in message.DESCRIPTOR.fields}
        for field, value in message.ListFields():
            seen[name].add(field.name)
            for part in value if field.is_repeated else [value]:
                if isinstance(part, Message):
                    look(part)

    for name, kind in catalogue.exemplified().items():
        for case in book.cases_of(name):
            look(book.example(kind, case))

    assert {name: sorted(fields - seen[name]) for name, fields in declared.items() if fields - seen[name]} == {}


def test_every_event_is_listened_to_or_known_to_be_unheard() -> None:
    assert (
        set(catalogue.event_types())
        - heard(
            [
                HOUSEHOLDS.handlers,
                *(one.handlers for one in SUBSCRIPTIONS),
                *(one.handlers for one in HOUSEHOLDS_HEARS),
            ]
        )
        == UNHEARD
    )
