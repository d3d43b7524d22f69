"""What a person needs once the system is up: where everything is, and a first question to ask it."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from rich.console import Group, RenderableType
from rich.text import Text

from holdfast.up.system import System

ISSUER = "keys/issuer.pem"
KEYS_URL = "HOLDFAST_GATEWAY_JWKS_URL"
_QUERY = '{ households(area: \\"99/01/01/\\", first: 3) { totalCount edges { node { code memberCount } } } }'


def greeting(system: System, *, default_data: Path) -> RenderableType:
    places = system.places()
    page = "" if system.mode == "production" else "; in a browser: GraphiQL"
    rows = [("GraphQL", f"{places.gateway_url}/graphql", f"the one public endpoint{page}")]
    for service in ("households", "employment", "risk"):
        address = f"{system.addresses.http(service)}, gRPC {system.addresses.grpc(service)}"
        # Departments stream their records with their own login token: see docs/feeds.md.
        takes = "; gRPC takes departments' streams" if service == "households" else ""
        rows.append((service, address, f"answers the gateway only{takes}"))
    rows.append(("metrics", f"{system.addresses.http('gateway_metrics')}/metrics", "of the gateway, for Prometheus"))
    postgres = "outside" if system.admin_database_url else f"127.0.0.1:{system.addresses.postgres}"
    nats = "outside" if system.outside_nats_url else f"127.0.0.1:{system.addresses.nats}"
    rows.append(("PostgreSQL", postgres, "one database and one role a service"))
    rows.append(("NATS", nats, "JetStream"))
    rows.append(("data, logs", str(system.data), "passwords in secrets/, keys in keys/"))
    width = max(len(address) for _, address, _ in rows)
    return Group(
        Text(""),
        Text("\n".join(f"{name:<10}  {address:<{width}}  {note}" for name, address, note in rows)),
        *_first_steps(system, default_data),
        Text("\nCtrl-C stops everything; the data stays.", style="dim"),
    )


def _first_steps(system: System, default_data: Path) -> list[Text]:
    if system.mode != "production":
        return [
            Text("\nA first query, to paste into another terminal:\n", style="bold"),
            Text(first_query(system, default_data=default_data)),
        ]
    keys = system.given.get(KEYS_URL, "")
    trusted = (
        f"Its keys are read from {keys}."
        if keys
        else f"Set {KEYS_URL} to its keys; until then only {ISSUER} is trusted."
    )
    return [
        Text("\nLogging in:\n", style="bold"),
        Text(
            "Send a token of the identity provider: Authorization: Bearer <token>; docs/gateway.md lists its claims.\n"
            + trusted
        ),
    ]


def first_query(system: System, *, default_data: Path) -> str:
    token = f"{_program()} token --role COUNTY_ADMIN --area 99/01/01/ --subject trying-out"
    if system.data != default_data:
        token = f"HOLDFAST_DATA={shlex.quote(str(system.data))} {token}"
    return (
        f"curl -s {system.gateway_url}/graphql \\\n"
        f"  -H 'Content-Type: application/json' \\\n"
        f'  -H "Authorization: Bearer $({token})" \\\n'
        f"""  -d '{{"query": "{_QUERY}"}}'"""
    )


def _program() -> str:
    """The console script, absolute: the query is pasted into another terminal, wherever that stands."""
    script = Path(sys.executable).parent / "holdfast"
    return shlex.quote(str(script)) if script.exists() else f"{shlex.quote(sys.executable)} -m holdfast"
