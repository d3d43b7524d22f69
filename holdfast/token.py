"""`holdfast token`: a login token for trying out, from the embedded issuer of a system started here."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import typer

from chassis.errors import InvalidInput
from chassis.identity import Actor, Role
from chassis.ids import parse_id
from holdfast.console import plain_refusals
from holdfast.settings import console_settings
from holdfast.up.running import require_trying_out


def register(root: typer.Typer) -> None:
    root.command("token")(token)


def token(
    *,
    role: Annotated[list[str], typer.Option("--role", help="A role, such as COUNTY_APPROVER; may be repeated.")],
    subject: Annotated[str, typer.Option("--subject", help="Who logs in: a name for the audit log, no person's.")],
    area: Annotated[
        list[str] | None,
        typer.Option("--area", help="An area, as 99/01/01/ or 990101; may be repeated."),
    ] = None,
    member_id: Annotated[str | None, typer.Option("--member-id", help="The member a WORKER or HOUSEHOLD is.")] = None,
    employer_id: Annotated[str | None, typer.Option("--employer-id", help="The employer an EMPLOYER acts for.")] = None,
    department: Annotated[str | None, typer.Option("--department", help="The department of a DEPARTMENT.")] = None,
    hours: Annotated[float, typer.Option("--hours", help="How long the token is good.")] = 8.0,
) -> None:
    """Print a login token for trying out. Not in production mode: there an identity provider gives them.

    Example:

        holdfast token --role COUNTY_APPROVER --area 99/01/01/ --subject approver-1
    """
    from gateway.login.issuer import area_path, issue_token

    with plain_refusals():
        actor = Actor(
            subject=_subject(subject),
            roles=frozenset(_role(each) for each in role),
            areas=tuple(area_path(each) for each in area or ()),
            member_id=_member(member_id),
            employer_id=employer_id,
            department=department,
        )
        settings = console_settings()
        require_trying_out(settings, "Tokens for trying out are not given in production mode.")
        keys = settings.keys or settings.data_folder / "keys"
        typer.echo(issue_token(mode=settings.mode, keys=keys, actor=actor, hours=hours))


def _role(text: str) -> Role:
    try:
        return Role(text.strip().upper().replace("-", "_"))
    except ValueError:
        known = ", ".join(role.value for role in Role if role is not Role.SYSTEM)
        raise InvalidInput(f"There is no role of this name. Roles: {known}.", field="role") from None


def _subject(text: str) -> str:
    if not text.strip():
        raise InvalidInput("A token needs a subject.", field="subject")
    return text.strip()


def _member(text: str | None) -> UUID | None:
    return None if text is None else parse_id(text, field="member-id")
