from __future__ import annotations

import grpc
import pytest
from grpc.aio import AioRpcError, Metadata

from chassis.errors import Breakdown, Conflict, DependencyDown, Forbidden, HoldfastError, InvalidInput, NotFound
from chassis.identity import BadCredential
from chassis.rpc.statuses import CODE, FIELD, error_of, status_of


@pytest.mark.parametrize("kind", [InvalidInput, NotFound, Conflict, Forbidden, BadCredential])
def test_a_refusal_comes_out_as_it_went_in(kind: type[InvalidInput]) -> None:
    own = type("Own", (kind,), {"code": "OWN_CODE"})
    refusal = own("Not like this.", field="name")
    wire = AioRpcError(
        status_of(refusal), Metadata(), Metadata((CODE, refusal.code), (FIELD, "name")), details=refusal.message
    )
    back = error_of(wire, audience="households")
    assert isinstance(back, kind)
    assert (back.code, back.message, back.field) == ("OWN_CODE", "Not like this.", "name")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (grpc.StatusCode.UNAVAILABLE, DependencyDown),
        (grpc.StatusCode.DEADLINE_EXCEEDED, DependencyDown),
        (grpc.StatusCode.INTERNAL, Breakdown),
        (grpc.StatusCode.UNIMPLEMENTED, Breakdown),
        # A status of the transport itself, without a code of ours, is no refusal.
        (grpc.StatusCode.NOT_FOUND, Breakdown),
    ],
)
def test_what_is_not_a_refusal_is_ours(status: grpc.StatusCode, kind: type[HoldfastError]) -> None:
    back = error_of(AioRpcError(status, Metadata(), Metadata(), details="10.0.0.1"), audience="households")
    assert type(back) is kind
    assert "10.0.0.1" not in str(back)


def test_a_defect_has_the_status_of_a_defect() -> None:
    assert status_of(ValueError("x")) is grpc.StatusCode.INTERNAL
    assert status_of(DependencyDown("x")) is grpc.StatusCode.UNAVAILABLE
