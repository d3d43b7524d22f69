from __future__ import annotations

import pytest

from gateway.http.headers import Headers
from gateway.http.origins import Origins
from gateway.http.refusals import OriginNotAllowed

ORIGINS = Origins(frozenset({"https://work.example"}))


def test_a_request_of_no_page_has_no_origin() -> None:
    assert ORIGINS.require(Headers({})) is None


@pytest.mark.parametrize("origin", ["https://work.example", "https://WORK.example", "http://gate.example:8400"])
def test_listed_pages_and_our_own_may_call(origin: str) -> None:
    assert ORIGINS.require(Headers({"origin": origin, "host": "gate.example:8400"})) == origin.lower()


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "http://work.example", "https://work.example.evil.example",
     "https://work.example:444", "file://", "http://gate.example", "https://"],
)  # fmt: skip
def test_every_other_page_may_not(origin: str) -> None:
    with pytest.raises(OriginNotAllowed):
        ORIGINS.require(Headers({"origin": origin, "host": "gate.example:8400"}))


def test_an_origin_cannot_match_a_missing_host() -> None:
    with pytest.raises(OriginNotAllowed):
        ORIGINS.require(Headers({"origin": "https://"}))


def test_answers_vary_by_origin_and_name_only_the_one_that_asked() -> None:
    assert dict(ORIGINS.answer_headers(None)) == {b"vary": b"origin"}
    assert dict(ORIGINS.answer_headers("https://work.example")) == {
        b"vary": b"origin",
        b"access-control-allow-origin": b"https://work.example",
        b"access-control-expose-headers": b"x-correlation-id",
    }
