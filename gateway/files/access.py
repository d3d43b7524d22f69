"""Who may send or fetch which files, as data. Nothing listed means nothing allowed.

The households service checks again, and alone knows the areas inside a file.
"""

from __future__ import annotations

from collections.abc import Mapping

from chassis.errors import Forbidden, NotFound
from chassis.identity import Actor, Role

FilesRule = Mapping[str, frozenset[Role]]

REGISTRY = frozenset({Role.COUNTY_ADMIN})
SENDERS = frozenset({Role.DEPARTMENT, Role.SECTOR_LIAISON, Role.COUNTY_ADMIN})
EXPORTERS = frozenset({Role.TOWNSHIP_REVIEWER, Role.COUNTY_APPROVER, Role.COUNTY_ADMIN, Role.SUPERVISOR})
READERS = SENDERS | {Role.COUNTY_APPROVER, Role.SUPERVISOR}

# First segment below /files -> method -> roles.
FILES: Mapping[str, FilesRule] = {
    "registry-imports": {"POST": REGISTRY, "GET": REGISTRY},
    "registry-templates": {"GET": REGISTRY},
    "exports": {"POST": EXPORTERS, "GET": EXPORTERS},
    "department-records": {"POST": SENDERS, "GET": READERS},
}


def require_file_access(actor: Actor, method: str, path: str) -> None:
    """`path` is what follows /files/. Raises NotFound for what does not exist, Forbidden for the rest."""
    rule = FILES.get(path.split("/", 1)[0])
    if rule is None or method not in rule:
        raise NotFound("There are no such files.")
    if not actor.roles & rule[method]:
        raise Forbidden("Your role may not do this.")
