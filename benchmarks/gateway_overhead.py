"""CPU of the gateway's own work per request, with answers of subgraphs ready in memory.

Beside it: graphql-core's `execute` over the same ready data, which the projection stands in for. Exits 1 when a bar
is short.

    python benchmarks/gateway_overhead.py [--quick]
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import AsyncGenerator, Callable

import orjson
from graphql import execute_sync, parse

from benchmarks.bars import Bars
from gateway.composition.compose import compose
from gateway.composition.subgraph import SubgraphSource
from gateway.pipeline.limits import Limits
from gateway.pipeline.serve import Pipeline, build_pipeline, serve
from gateway.pipeline.stages import (
    GraphQLRequest,
    RequestContext,
    SubgraphRequest,
    SubgraphResponse,
    ValidatedOperation,
)
from gateway.supergraph.reader import read_supergraph

LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])\n'
HOMES = (
    LINK
    + """
type Query { household(id: ID!): Household households(first: Int): [Household!]! }
type Household @key(fields: "id") { id: ID! code: String! members: [Member!]! }
type Member @key(fields: "id") { id: ID! name: String! age: Int }
"""
)
JOBS = (
    LINK
    + """
type Query { worker: Worker }
type Member @key(fields: "id") { id: ID! worker: Worker }
type Worker { trade: String }
"""
)
SMALL = "query($id: ID!) { household(id: $id) { code members { name } } }"
JOINED = "query($id: ID!) { household(id: $id) { code members { name worker { trade } } } }"
LIST = "{ households(first: 100) { id code members { id name age } } }"
CTX = RequestContext(correlation_id="benchmark")


def household(number: int, members: int) -> dict[str, object]:
    rows = [{"id": f"m{number}-{index}", "name": "A name", "age": 40} for index in range(members)]
    return {"id": f"h{number}", "code": f"H-{number}", "members": rows}


SMALL_BAR_MS = 0.5
"""Of processor; a client library alone may take 2 to 3."""
LIST_BAR_TIMES = 5


class Ready:
    """Decodes a prepared body per request, as a client would."""

    def __init__(self) -> None:
        self.one = orjson.dumps({"household": household(1, 4)})
        self.many = orjson.dumps({"households": [household(number, 10) for number in range(100)]})
        self.entities = orjson.dumps({"_entities": [{"worker": {"trade": "mason"}}] * 4})

    async def send(self, subgraph: str, request: SubgraphRequest, ctx: RequestContext) -> SubgraphResponse:
        del ctx
        body = self.entities if subgraph == "jobs" else self.many if "first" in request.document else self.one
        return SubgraphResponse(data=orjson.loads(body))

    async def stream(
        self, subgraph: str, request: SubgraphRequest, ctx: RequestContext
    ) -> AsyncGenerator[SubgraphResponse, None]:
        yield await self.send(subgraph, request, ctx)


def allow(validated: ValidatedOperation, ctx: RequestContext) -> None:
    del validated, ctx


def best(run: Callable[[], None], times: int) -> float:
    """Milliseconds of CPU per run, the best of five rounds."""
    rounds = []
    for _ in range(5):
        started = time.process_time()
        for _ in range(times):
            run()
        rounds.append((time.process_time() - started) / times * 1000)
    return min(rounds)


def report(pipeline: Pipeline, runner: asyncio.Runner, name: str, query: str, times: int) -> float:
    request = GraphQLRequest(document=query, variables={"id": "h1"} if "$id" in query else {})
    response = runner.run(serve(request, CTX, pipeline=pipeline))
    assert response.errors == (), response.errors

    async def many() -> None:
        for _ in range(times):
            await serve(request, CTX, pipeline=pipeline)

    taken = best(lambda: runner.run(many()), 1) / times
    print(f"{name:38} {taken:8.3f} ms")
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a tenth of the runs")
    share = 10 if parser.parse_args().quick else 1
    sdl = compose([SubgraphSource(name="homes", url="", sdl=HOMES), SubgraphSource(name="jobs", url="", sdl=JOBS)])
    supergraph = read_supergraph(sdl)
    ready = Ready()

    def fresh() -> Pipeline:
        return build_pipeline(supergraph, limits=Limits(), subgraphs=ready, authorize=allow)

    pipeline = fresh()
    with asyncio.Runner() as runner:
        small = report(pipeline, runner, "one fetch, cached plan", SMALL, 500 // share)
        report(pipeline, runner, "two fetches, cached plan", JOINED, 500 // share)
        listed = report(pipeline, runner, "100 x 10 objects, cached plan", LIST, 20 // share)

        def cold() -> None:
            request = GraphQLRequest(document=JOINED, variables={"id": "h1"})
            runner.run(serve(request, CTX, pipeline=fresh()))

        print(f"{'two fetches, first sight of the document':38} {best(cold, 20):8.3f} ms")
    document, data = parse(LIST), orjson.loads(ready.many)
    peer = best(lambda: execute_sync(supergraph.api, document, root_value=data), 3)  # type: ignore[arg-type]  # its answer is not looked at
    print(f"{'peer: execute over the same 100 x 10':38} {peer:8.3f} ms")
    bars = Bars()
    bars.at_most("one fetch, cached plan", small, SMALL_BAR_MS, digits=3, unit="ms")
    bars.at_least(
        "100 x 10 objects, graphql-core over ours",
        peer / listed,
        LIST_BAR_TIMES,
        digits=2,
        note=f"ours {listed:.3f} ms, graphql-core's execute {peer:.3f} ms",
    )
    bars.finish()


if __name__ == "__main__":
    main()
