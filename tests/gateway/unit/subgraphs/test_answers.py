from __future__ import annotations

import orjson
import pytest

from gateway.pipeline.stages import OperationType, SubgraphError, SubgraphRequest, SubgraphUnavailable
from gateway.subgraphs.answers import MASKED, decode, encode


def test_a_request_is_encoded_whole() -> None:
    request = SubgraphRequest(
        document="query Q { a }", operation_name="Q", operation_type=OperationType.QUERY, variables={"x": [1, None]}
    )

    assert orjson.loads(encode(request)) == {
        "query": "query Q { a }",
        "operationName": "Q",
        "variables": {"x": [1, None]},
    }


def test_an_answer_keeps_data_and_coded_errors() -> None:
    body = b'{"data":{"a":null},"errors":[{"message":"No.","path":["a",0],"extensions":{"code":"NOT_FOUND","field":"id"}}]}'

    response = decode("risk", body)

    assert response.data == {"a": None}
    assert response.errors == (
        SubgraphError(message="No.", path=("a", 0), extensions={"code": "NOT_FOUND", "field": "id"}),
    )


def test_an_error_without_a_code_is_masked() -> None:
    response = decode("risk", b'{"data":null,"errors":[{"message":"duplicate key (phone)=(139...)","path":["a"]}]}')

    assert response.errors == (SubgraphError(message=MASKED, path=("a",), extensions={"code": "INTERNAL"}),)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"1",
        b"{}",
        b'{"detail":"no"}',
        b'{"data":[]}',
        b'{"data":1}',
        b'{"errors":"x"}',
        b'{"data":{',
    ],
)
def test_what_is_no_graphql_means_that_the_subgraph_is_away(body: bytes) -> None:
    with pytest.raises(SubgraphUnavailable):
        decode("risk", body)
