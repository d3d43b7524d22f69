"""A likelihood brings visits and offers, and nothing else: in the graph, in the contracts and in the code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from graphql import GraphQLInputObjectType, GraphQLObjectType, GraphQLSchema, build_schema

from contracts.risk.v1 import risk_service_pb2
from gateway.pipeline.permissions import MUTATIONS, QUERIES

ROOT = Path(__file__).resolve().parents[2]
TOLD = re.compile(r"likelihood|probability|score|band|logit|visitPoints", re.IGNORECASE)
# Asking to tell anew, and a table whole. None of them takes what was told of anybody.
HARMLESS = {"scoringJob"}
# Lists for visits and offers, and the only ones that go by what was told.
ORDERED = {"assessments": {"band"}}
MAY_READ = ("assessments", "monitoring", "publishing", "likelihood", "scoring", "training", "copies", "planning")
# The job, the repositories and the batch loaders are put together there.
COMPOSING = {"main.py", "uow.py", "loaders.py", "schema.py", "access.py"}


@pytest.fixture(scope="module")
def api() -> GraphQLSchema:
    return build_schema((ROOT / "gateway" / "api.graphql").read_text(encoding="utf-8"), assume_valid=True)


def test_no_mutation_takes_what_was_told_of_a_household(api: GraphQLSchema) -> None:
    inputs = [one for one in api.type_map.values() if isinstance(one, GraphQLInputObjectType)]
    found = {f"{one.name}.{name}" for one in inputs for name in one.fields if TOLD.search(name)}
    mutation = api.mutation_type
    assert mutation is not None
    found |= {f"{name}({arg})" for name, one in mutation.fields.items() for arg in one.args if TOLD.search(arg)}
    assert found == set()


def test_only_the_list_for_visits_can_be_narrowed_or_ordered_by_it(api: GraphQLSchema) -> None:
    query = api.query_type
    assert query is not None
    found = {
        name: {arg for arg in one.args if TOLD.search(arg) or "Assessment" in str(one.args[arg].type)} - {"orderBy"}
        for name, one in query.fields.items()
        if name not in HARMLESS and any(TOLD.search(arg) for arg in one.args)
    }
    assert found == ORDERED


def test_whoever_hires_pays_or_supervises_is_given_no_list_of_it() -> None:
    closed = {"EMPLOYMENT_STAFF", "EMPLOYER", "WORKER", "DEPARTMENT", "SECTOR_LIAISON", "SUPERVISOR", "HOUSEHOLD"}
    assert {role.value for role in QUERIES["assessments"]} & closed == set()
    assert {role.value for role in MUTATIONS["overrideAssessment"]} & closed == set()


def test_no_entity_of_work_shows_it(api: GraphQLSchema) -> None:
    for name in ("Worker", "Vacancy", "Employer", "Placement", "Offer", "Measure", "MonitoringCase"):
        kind = api.type_map.get(name)
        if isinstance(kind, GraphQLObjectType):
            assert [field for field in kind.fields if TOLD.search(field)] == [], name


def test_the_contract_to_other_services_carries_no_list_by_it() -> None:
    request = risk_service_pb2.GetAssessmentsRequest.DESCRIPTOR
    assert [one.name for one in request.fields] == ["household_ids"]


@pytest.mark.parametrize("room", ["alerts", "verification", "cases", "clearances", "signals", "conditions", "worklist"])
def test_what_warns_visits_decides_and_clears_never_reads_it(room: str) -> None:
    """Rules and decisions import nothing that could tell a likelihood, and touch no repository of one."""
    for file in sorted((ROOT / "risk_service" / room).rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            names = [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            names += [one.name for one in node.names] if isinstance(node, ast.Import) else []
            told = [one for one in names if re.match(r"risk_service\.(assessments|likelihood|scoring|monitoring)", one)]
            assert told == [], f"{file} imports {told}"
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "uow":
                assert node.attr not in {"assessments", "watch", "models", "sources"}, f"{file} reads uow.{node.attr}"


def test_no_other_room_reads_it_either() -> None:
    rooms = {path.name for path in (ROOT / "risk_service").iterdir() if path.is_dir()}
    readers = {
        path.relative_to(ROOT / "risk_service").parts[0]
        for path in (ROOT / "risk_service").rglob("*.py")
        if re.search(r"from risk_service\.(assessments|monitoring|likelihood)\b", path.read_text(encoding="utf-8"))
    }
    assert {one for one in readers if one in rooms} <= set(MAY_READ)
    assert {one for one in readers if one not in rooms} <= COMPOSING


@pytest.mark.parametrize("service", ["employment_service", "households_service"])
def test_no_other_service_asks_for_it(service: str) -> None:
    for file in (ROOT / service).rglob("*.py"):
        assert "GetAssessments" not in file.read_text(encoding="utf-8"), file
