"""gRPC between the services: every call has a deadline, a signature, a trace, and errors that keep their code."""

from __future__ import annotations

from chassis.rpc.client import RpcClient
from chassis.rpc.server import RpcServer, caller_of_call

__all__ = ["RpcClient", "RpcServer", "caller_of_call"]
