"""The headers of a request to a subgraph: the signature above all."""

from __future__ import annotations

from dataclasses import dataclass

from opentelemetry import propagate

from chassis.identity import RequestSigner
from gateway.pipeline.stages import RequestContext, SubgraphUnavailable

PASSED_ON = frozenset({"traceparent", "tracestate", "accept-language"})


@dataclass(frozen=True, slots=True)
class SignedHeaders:
    """A signature is made for each request anew: it names the caller, the subgraph and the body's digest."""

    signer: RequestSigner

    def of(self, ctx: RequestContext, *, subgraph: str, body: bytes | None) -> dict[str, str]:
        """`body` None: a streamed body. Raises SubgraphUnavailable without a caller: nothing is sent unsigned."""
        if ctx.actor is None:
            raise SubgraphUnavailable("A request without a caller is not signed.")
        headers = {name: value for name, value in ctx.headers.items() if name in PASSED_ON}
        headers["accept-language"] = ctx.locale
        headers["x-correlation-id"] = ctx.correlation_id
        propagate.inject(headers)
        headers["authorization"] = self.signer.header(ctx.actor, audience=subgraph, body=body)
        headers["accept-encoding"] = "identity"
        return headers
