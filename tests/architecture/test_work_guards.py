"""Guards of work that hold over the whole graph and all contracts (docs/guards.md)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    get_named_type,
)

from chassis.identity import Role
from contracts.employment.v1 import employment_service_pb2, events_pb2
from contracts.employment.v1.events_pb2 import BenefitReductionGuarded
from employment_service.access import POLICY
from employment_service.metadata import metadata
from employment_service.safeguards.flags.domain import FlagCode
from employment_service.safeguards.flags.rules import RULES
from employment_service.schema import schema
from households_service.main import SUBSCRIPTIONS as HOUSEHOLDS_HEARS
from risk_service.main import SUBSCRIPTIONS as RISK_HEARS
from tests.architecture.test_documented_tests import _NAMED

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "guards.md"
# As parts of a name, whatever stands around them.
DRIVING = re.compile(
    r"target|quota|rank|countdown|leaderboard|deadlineleft|(?:days|hours|time)left|remainingdays|daysremaining"
    r"|scoreof(?:officer|staff)|(?:officer|staff|village|township)s?(?:score|points|rate|result)|topofficer|bestofficer"
    r"|performance|achiev|shortfall|kpi|completionrate|acceptancerate|declinerate|refusalrate|league",
    re.IGNORECASE,
)
BANNED = re.compile(
    r"ethnic|nationalit|religio|worship|politic|party|attitude|thought|motivat|loyal|police|detention|petition"
    r"|security|abroad|passport|biometr|fingerprint|faceprint|voiceprint|iris|dna|gps|location(?!s?$)trace|socialgraph"
    r"|fertil|birthcontrol",
    re.IGNORECASE,
)
# What of an answer, a flag, a grievance or a review may never lie on a way that begins at a household.
OF_ANSWERS = frozenset(
    {"Offer", "OfferState", "OfferReceipt", "Placement", "PlacementState", "PlacementStep", "FollowUp", "BenefitReview",
     "CoercionFlag", "MonitorTask", "Hold", "Grievance", "FiledGrievance", "ConsentWitnessed", "ConsentAttempt"}
)  # fmt: skip
TELLING = re.compile(r"decline|refus|resign|withdr|decision|answer|consent|matched|ground|reason", re.IGNORECASE)


@pytest.fixture(scope="module")
def api() -> GraphQLSchema:
    return build_schema((ROOT / "gateway" / "api.graphql").read_text(encoding="utf-8"), assume_valid=True)


def owned(service: str) -> set[str]:
    """Names of the types that a service's own schema speaks of."""
    text = (ROOT / service / "schema.graphql").read_text(encoding="utf-8")
    return set(re.findall(r"^(?:type|enum|input|interface|union|scalar) (\w+)", text, re.MULTILINE))


def neighbours(api: GraphQLSchema, name: str) -> set[str]:
    kind = api.type_map[name]
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        given = {get_named_type(one.type).name for field in kind.fields.values() for one in field.args.values()}
        return given | {get_named_type(field.type).name for field in kind.fields.values()}
    if isinstance(kind, GraphQLInputObjectType):
        return {get_named_type(field.type).name for field in kind.fields.values()}
    if isinstance(kind, GraphQLUnionType):
        return {one.name for one in kind.types}
    return set()


def reachable(api: GraphQLSchema, starts: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    waiting = [name for name in starts if name in api.type_map]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += neighbours(api, name)
    return seen


def names_in(api: GraphQLSchema, types: Iterable[str]) -> set[str]:
    """Of the types, their fields, arguments and values."""
    found: set[str] = set()
    for name in types:
        kind = api.type_map[name]
        found.add(name)
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            found |= {part for field_name, field in kind.fields.items() for part in (field_name, *field.args)}
        elif isinstance(kind, GraphQLInputObjectType):
            found |= set(kind.fields)
        elif isinstance(kind, GraphQLEnumType):
            found |= set(kind.values)
    return found


def test_a34_no_name_reachable_from_work_drives_anybody(api: GraphQLSchema) -> None:
    """Every type, input and enumeration that work speaks of or leads to, with every argument, root ones included."""
    own = owned("employment_service")
    asked = {
        get_named_type(argument.type).name
        for kind in (api.query_type, api.mutation_type)
        if kind is not None
        for name, field in kind.fields.items()
        if name in roots_of_work()
        for argument in field.args.values()
    }
    types = reachable(api, (own - {"Query", "Mutation"}) | asked)
    arguments = {
        argument
        for kind in (api.query_type, api.mutation_type)
        if kind is not None
        for name, field in kind.fields.items()
        if name in roots_of_work()
        for argument in field.args
    }
    roots = roots_of_work() | arguments

    assert {"Household", "Alert", "Vacancy", "CoercionFlag", "makeOffer", "openOnly"} <= types | roots
    assert {"AcceptOfferInput", "WishesInput", "CoercionFlagFilterInput", "OfferState"} <= types
    assert sorted(name for name in names_in(api, types) | roots if DRIVING.search(name.replace("_", ""))) == []


def roots_of_work() -> set[str]:
    return {
        name
        for kind in ("Query", "Mutation")
        for name in re.findall(
            r"^  (\w+)[(:]",
            re.search(
                rf"^type {kind} {{.*?^}}",
                (ROOT / "employment_service" / "schema.graphql").read_text(encoding="utf-8"),
                re.DOTALL | re.MULTILINE,
            )[0],  # type: ignore[index]  # both are there
            re.MULTILINE,
        )
    }


def test_a34_no_column_and_no_fact_of_work_drives_anybody() -> None:
    # Loads every table there is.
    assert schema.query is not None
    columns = {column.name for table in metadata.tables.values() for column in table.columns} | set(metadata.tables)
    facts = {
        field.name
        for file in (events_pb2.DESCRIPTOR, employment_service_pb2.DESCRIPTOR)
        for message in file.message_types_by_name.values()
        for field in message.fields
    }

    assert {"offers", "coercion_flags", "worker_id"} <= columns
    assert sorted(name for name in columns | facts if DRIVING.search(name.replace("_", ""))) == []
    assert sorted(name for name in columns | facts if BANNED.search(name.replace("_", ""))) == []


def test_a34_what_must_never_be_known_has_no_name_anywhere(api: GraphQLSchema) -> None:
    everything = names_in(api, [name for name in api.type_map if not name.startswith("__")])

    assert len(everything) > 1000
    assert sorted(name for name in everything if BANNED.search(name)) == []


@pytest.mark.parametrize(
    "name",
    [
        "quotaPerOfficer", "villageTarget", "officerRank", "daysCountdown", "ranking", "deadlineLeft", "daysLeft",
        "scoreOfOfficer", "villageScore", "acceptanceRate", "staffPerformance", "shortfall",
    ],
)  # fmt: skip
def test_a34_a_driving_name_would_be_found(name: str) -> None:
    assert DRIVING.search(name)


def test_a33_no_way_leads_from_a_household_to_an_answer(api: GraphQLSchema) -> None:
    """Through every type of the households and risk services, and through what employment adds to them."""
    starts = (owned("households_service") | owned("risk_service")) - {"Query", "Mutation", "Subscription"}
    reached = reachable(api, starts)

    assert {"Household", "Member", "WorkingMember", "Worker"} <= reached
    assert sorted(reached & OF_ANSWERS) == []
    shown = api.type_map["ShownWorkState"]
    assert isinstance(shown, GraphQLEnumType)
    assert set(shown.values) == {"STARTED", "STABLE"}


def test_a33_what_an_officer_reads_of_a_cut_holds_no_ground_for_a_review(api: GraphQLSchema) -> None:
    reduction = api.type_map["BenefitReduction"]
    assert isinstance(reduction, GraphQLObjectType)

    assert set(reduction.fields) == {
        "id", "householdId", "entryId", "current", "monthly", "effectiveFrom", "reason", "state", "enteredAt",
        "settledAt", "version", "paidUntil",
    }  # fmt: skip


def test_g5_no_fact_of_work_tells_of_an_answer() -> None:
    fields = {
        f"{message.name}.{field.name}"
        for file in (events_pb2.DESCRIPTOR, employment_service_pb2.DESCRIPTOR)
        for message in file.message_types_by_name.values()
        for field in message.fields
    }

    assert {name.split(".")[0] for name in fields} == {
        "WorkStateChanged", "VacancyChanged", "BenefitReductionGuarded", "StreamWorkStatesRequest",
        "StreamWorkStatesResponse",
    }  # fmt: skip
    assert sorted(name for name in fields if TELLING.search(name.split(".")[1])) == []
    assert sorted(BenefitReductionGuarded.DESCRIPTOR.fields_by_name) == ["household_id", "proposal_id", "verdict"]


def test_g5_the_guards_word_is_heard_where_aid_is_kept_and_nowhere_else() -> None:
    assert [one.source for one in HOUSEHOLDS_HEARS if BenefitReductionGuarded in one.handlers] == ["employment"]
    assert not any(BenefitReductionGuarded in one.handlers for one in RISK_HEARS)


def test_g16_what_lifts_a_hold_is_the_monitors_alone() -> None:
    for action in ("readFlags", "liftHold", "closeCriticalFinding", "monitorSafeguards"):
        assert set(POLICY.rules[action]) == {Role.INDEPENDENT_MONITOR}, action


def rows(heading: str) -> dict[str, list[str]]:
    """The first cell of each row of a table of the page, and its cells."""
    section = PAGE.read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:2] == "| "]
    return {row[0]: row for row in cells[1:]}


def test_every_guard_names_where_it_lives_and_a_test() -> None:
    guards = rows("Guards")

    assert list(guards) == [f"G{number}" for number in range(1, 21)]
    without = [name for name, row in guards.items() if len(row) != 4 or not row[2] or not _NAMED.search(row[3])]
    assert without == []


def test_every_flag_stands_on_the_page_as_it_is_declared() -> None:
    flags = rows("Flags")

    assert list(flags) == [code.value for code in FlagCode]
    for code, rule in RULES.items():
        _, name, effects, lives, tests = flags[code.value]
        assert name == rule.name
        assert effects == ", ".join(rule.effects), code
        assert lives
        assert _NAMED.search(tests), code
        assert rule.seen_by == {"INDEPENDENT_MONITOR"}
