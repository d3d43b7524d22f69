"""Nothing asks for, counts down to or rewards the end of cases."""

from __future__ import annotations

import re
from dataclasses import fields

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLObjectType, build_schema

from risk_service.cases.clocks import CaseClocks
from risk_service.cases.domain import MonitoringCase
from risk_service.schema import schema

FORBIDDEN = re.compile(r"ratio|rate|percent|quota|target|goal|share|rank|progress|remaining", re.IGNORECASE)
ABOUT_CASES = re.compile(r"Case|Measure|MissedDeadline|Resolution|Notice(?!Read)")


def test_no_name_about_cases_is_a_ratio_or_a_goal() -> None:
    types = build_schema(schema.as_str(), assume_valid=True).type_map
    names: set[str] = set()
    for name, definition in types.items():
        if not ABOUT_CASES.search(name):
            continue
        names.add(name)
        if isinstance(definition, GraphQLObjectType | GraphQLInputObjectType):
            names |= set(definition.fields)
        elif isinstance(definition, GraphQLEnumType):
            names |= set(definition.values)
    stored = {field.name for kind in (MonitoringCase, CaseClocks) for field in fields(kind)}

    assert {"MonitoringCase", "CaseStepInput", "missedDeadlines", "RESOLVED"} <= names
    assert sorted(name for name in names | stored if FORBIDDEN.search(name)) == []
