from __future__ import annotations

from pathlib import Path

import pytest

from chassis.identity import (
    Actor,
    BadCredential,
    Keyring,
    RequestSigner,
    RequestVerifier,
    Role,
    ensure_keys,
    load_private_key,
)
from gateway.pipeline.stages import RequestContext, SubgraphUnavailable
from gateway.subgraphs.signing import SignedHeaders

ACTOR = Actor(subject="a-1", roles=frozenset({Role.PLANNER}), areas=("99/01/",))


@pytest.fixture
def signed(tmp_path: Path) -> SignedHeaders:
    ensure_keys(tmp_path)
    return SignedHeaders(RequestSigner(load_private_key(tmp_path, "gateway")))


def context(actor: Actor | None = ACTOR, **headers: str) -> RequestContext:
    return RequestContext(correlation_id="c-1", actor=actor, locale="ug", headers=headers)


def test_the_signature_names_caller_subgraph_and_body(signed: SignedHeaders, tmp_path: Path) -> None:
    headers = signed.of(context(), subgraph="risk", body=b"{}")
    keyring = Keyring.load(tmp_path)

    risk = RequestVerifier(keyring=keyring, audience="risk")
    assert risk.verify_header(headers["authorization"], body=b"{}") == ACTOR
    for audience, body in (("risk", b"{ }"), ("households", b"{}"), ("risk", None)):
        with pytest.raises(BadCredential):
            RequestVerifier(keyring=keyring, audience=audience).verify_header(headers["authorization"], body=body)


def test_only_what_is_meant_for_subgraphs_is_passed_on(signed: SignedHeaders) -> None:
    headers = signed.of(context(cookie="x", host="evil", authorization="Bearer x"), subgraph="risk", body=b"")

    assert headers.keys() - {"traceparent"} == {
        "accept-language",
        "x-correlation-id",
        "authorization",
        "accept-encoding",
    }
    assert (headers["accept-language"], headers["x-correlation-id"]) == ("ug", "c-1")
    assert headers["accept-encoding"] == "identity"


def test_nothing_is_sent_for_nobody(signed: SignedHeaders) -> None:
    with pytest.raises(SubgraphUnavailable):
        signed.of(context(None), subgraph="risk", body=b"")
