"""PostgreSQL and NATS JetStream from wheels, started by us: for trying out, development and tests.

Nothing outside the data folder is created or changed: no users, no modes, no system service.
"""

from __future__ import annotations

from chassis.embedded.engines import Engines, EnginesHealth
from chassis.embedded.failures import EngineFailed
from chassis.embedded.nats import NatsServer
from chassis.embedded.postgres import PostgresServer
from chassis.embedded.provision import Login, provision

__all__ = ["EngineFailed", "Engines", "EnginesHealth", "Login", "NatsServer", "PostgresServer", "provision"]
