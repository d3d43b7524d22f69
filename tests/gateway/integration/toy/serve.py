"""`python serve.py <name> <port> <keys folder> <events file> <log of operations>`: one subgraph as a process."""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn

from chassis import log
from chassis.caller import Caller
from chassis.health import Health
from chassis.identity import Keyring, RequestVerifier
from chassis.metrics import Metrics
from chassis.subgraph import subgraph_app
from tests.gateway.integration.toy.graph import ToyContext, file_routes, schema_of


def main() -> None:
    name, port, keys, events, asked = sys.argv[1:]
    log.set_up(name)

    def context(caller: Caller) -> ToyContext:
        with Path(asked).open("a", encoding="utf-8") as file:
            file.write(f"{name} {caller.actor.subject} {caller.correlation_id}\n")
        made = ToyContext(actor=caller.actor, locale=caller.locale, correlation_id=caller.correlation_id)
        made.events = Path(events)
        return made

    app = subgraph_app(
        schema=schema_of(name),
        graph_context=context,
        verifier=RequestVerifier(keyring=Keyring.load(Path(keys)), audience=name),
        health=Health(),
        metrics=Metrics(),
        routes=[file_routes()] if name == "households" else [],
    )
    uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning", lifespan="off", timeout_graceful_shutdown=1)


main()
