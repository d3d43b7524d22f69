"""Every query on a page that is there to be pasted is one that the endpoint understands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate

from holdfast.settings import ROOT

PAGES = ("README.md", "docs/sample.md")
SINGLE = re.compile(r"ask \"\$\w+\" '([^']+)'|first '([^']+)'")
DOUBLE = re.compile(r'ask "\$\w+" "([{mq](?:\\.|[^"\\])+)"')
BODY = re.compile(r"-d '(\{\s*\"query\".+?\})'", re.DOTALL)
IN_SHELL = re.compile(r"\$[A-Z]+")


def queries(page: str) -> Iterator[str]:
    text = (ROOT / page).read_text(encoding="utf-8")
    for one, other in SINGLE.findall(text):
        yield one or other
    for quoted in DOUBLE.findall(text):
        yield IN_SHELL.sub("2020-09-18", quoted.replace('\\"', '"'))
    for body in BODY.findall(text):
        yield json.loads(body)["query"]


@pytest.fixture(scope="module")
def api() -> GraphQLSchema:
    return build_schema((ROOT / "gateway" / "api.graphql").read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES)
def test_every_query_to_paste_is_understood(api: GraphQLSchema, page: str) -> None:
    found = list(queries(page))
    assert len(found) >= 3
    assert {query: [error.message for error in validate(api, parse(query))] for query in found} == {
        query: [] for query in found
    }
