"""A service's own gRPC face on a loopback port, called as another service: real signatures, real deadlines."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from grpc.aio import Channel, Server

from chassis.identity import Keyring, RequestSigner, RequestVerifier, ensure_keys, load_private_key
from chassis.metrics import Metrics
from chassis.rpc import RpcClient, RpcServer


@asynccontextmanager
async def served(
    name: str, register: Callable[[Server], None], *, service: str, caller: str, keys: Path
) -> AsyncIterator[Channel]:
    """`name`: full name of the gRPC service; `service` and `caller`: names of processes."""
    ensure_keys(keys)
    verifier = RequestVerifier(keyring=Keyring.load(keys), audience=service, signers=(caller,))
    server = RpcServer({name: verifier}, Metrics())
    register(server.server)
    port = await server.start("127.0.0.1", 0)
    signer = RequestSigner(load_private_key(keys, caller))
    client = RpcClient(target=f"127.0.0.1:{port}", audience=service, signer=signer)
    try:
        yield client.channel
    finally:
        await client.close()
        await server.stop(0)
