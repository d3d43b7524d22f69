"""The way a service is started: `python -m <service> all|api|relay|consumer|migrate|schema`.

See `chassis.process` for what each role runs.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence

import structlog
import uvloop

from chassis import log, telemetry
from chassis.errors import HoldfastError
from chassis.service import Program, Role, SettingsOf, Work
from chassis.settings import load

logger = structlog.get_logger(__name__)


def run(program: Program[SettingsOf, Work], arguments: Sequence[str] | None = None) -> None:
    """Runs one role until it is done or told to stop (SIGTERM, SIGINT). Leaves with status 0, 1 or 2 (usage)."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    roles = [role.value for role in Role]
    if len(given) != 1 or given[0] not in roles:
        sys.stderr.write(f"Usage: python -m {program.name}_service {'|'.join(roles)}\n")
        raise SystemExit(2)
    role = Role(given[0])
    if role is Role.SCHEMA:
        sys.stdout.write(program.schema.as_str().rstrip() + "\n")
        return
    try:
        settings = load(program.settings)
        log.set_up(program.name, level=settings.log_level, form=settings.log_format)
        telemetry.set_up(program.name, endpoint=settings.otlp_endpoint)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_play(role, program, settings))
    except HoldfastError as error:
        sys.stderr.write(f"{program.name}: {error.code}: {error}\n")
        raise SystemExit(1) from None


async def _play(role: Role, program: Program[SettingsOf, Work], settings: SettingsOf) -> None:
    if role is Role.MIGRATE:
        from chassis.migrate import migrate  # noqa: PLC0415 - serving needs no alembic

        await migrate(settings.database_url, program.migrations)
        logger.info("migrate.done")
        return
    from chassis.process import Process  # noqa: PLC0415 - migrating needs no web server, broker or gRPC

    await Process.prepare(role, program, program.build(settings)).run()
