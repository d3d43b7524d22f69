from __future__ import annotations

import pytest

from gateway.http.refusals import BadRequestShape, JsonTooDeep, MalformedJson
from gateway.http.shape import MAX_DEPTH, parse_request
from gateway.pipeline.stages import GraphQLRequest


def nested(levels: int) -> bytes:
    """A request that nests `levels` deep, itself and its variables included."""
    return b'{"query":"{a}","variables":' + b'{"a":' * (levels - 1) + b"1" + b"}" * (levels - 1) + b"}"


def test_a_whole_request_is_read() -> None:
    body = b'{"query":"query Q($a:Int){a(x:$a)}","operationName":"Q","variables":{"a":1},"extensions":{}}'

    assert parse_request(body) == GraphQLRequest(
        document="query Q($a:Int){a(x:$a)}", operation_name="Q", variables={"a": 1}
    )


def test_members_may_be_null() -> None:
    body = b'{"query":"{a}","operationName":null,"variables":null,"extensions":null}'

    assert parse_request(body) == GraphQLRequest(document="{a}", operation_name=None, variables={})


@pytest.mark.parametrize("body", [b"", b"{", b"query { a }", b'{"query":"{a}"} x', b'{"query":"\xff"}', b"NaN"])
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedJson):
        parse_request(body)


@pytest.mark.parametrize(
    ("_case", "body", "field"),
    [
        ("a batch", b'[{"query":"{a}"}]', None),
        ("a text", b'"{a}"', None),
        ("a number", b"7", None),
        ("nothing", b"null", None),
        ("no query", b'{"variables":{}}', "query"),
        ("an empty query", b'{"query":""}', "query"),
        ("a query that is a list", b'{"query":["{a}"]}', "query"),
        ("a name that is a number", b'{"query":"{a}","operationName":1}', "operationName"),
        ("variables that are a list", b'{"query":"{a}","variables":[]}', "variables"),
        ("variables that are a text", b'{"query":"{a}","variables":"{}"}', "variables"),
        ("extensions that are a text", b'{"query":"{a}","extensions":"x"}', "extensions"),
        ("an unknown member", b'{"query":"{a}","admin":true}', None),
    ],
)
def test_every_other_shape_is_refused_by_name(_case: str, body: bytes, field: str | None) -> None:
    with pytest.raises(BadRequestShape) as refused:
        parse_request(body)

    assert refused.value.field == field
    assert "admin" not in refused.value.message


def test_depth_is_limited_before_anything_walks_it() -> None:
    assert parse_request(nested(MAX_DEPTH)).document == "{a}"
    for levels in (MAX_DEPTH + 1, 900, 20_000):
        with pytest.raises(JsonTooDeep):
            parse_request(nested(levels))
