"""`@link`: which name a subgraph gave to each Federation directive."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graphql import (
    ConstDirectiveNode,
    DocumentNode,
    ListValueNode,
    ObjectValueNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    StringValueNode,
)

from gateway.composition.errors import Findings
from gateway.supergraph.directives import named, text_argument

FEDERATION = "https://specs.apollo.dev/federation/"
_VERSION = re.compile(r"/v2\.\d+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class FederationNames:
    """Local directive name to the specification's own name. Other directives are not Federation's."""

    canonical: Mapping[str, str]
    prefix: str

    def of(self, directive: ConstDirectiveNode) -> str | None:
        name = directive.name.value
        if name in self.canonical:
            return self.canonical[name]
        before, separator, after = name.partition("__")
        return after if separator and before == self.prefix else None


def read_links(document: DocumentNode, subgraph: str, findings: Findings) -> FederationNames:
    """Refuses a schema that does not link Federation v2."""
    for link in _links(document):
        url = (text_argument(link, "url") or "").rstrip("/")
        if not url.startswith(FEDERATION):
            continue
        if not _VERSION.search(url):
            findings.refuse("UNSUPPORTED_FEDERATION_VERSION", "", f"Needs federation v2, links {url}.", subgraph)
        return FederationNames(canonical=dict(_imports(link)), prefix=text_argument(link, "as") or "federation")
    findings.refuse("UNSUPPORTED_FEDERATION_VERSION", "", "The schema has no @link to federation v2.", subgraph)
    return FederationNames(canonical={}, prefix="federation")


def _links(document: DocumentNode) -> Iterable[ConstDirectiveNode]:
    for definition in document.definitions:
        if isinstance(definition, SchemaDefinitionNode | SchemaExtensionNode):
            yield from named(definition.directives, "link")


def _imports(link: ConstDirectiveNode) -> Iterable[tuple[str, str]]:
    for argument in link.arguments or ():
        if argument.name.value != "import" or not isinstance(argument.value, ListValueNode):
            continue
        for value in argument.value.values:
            if isinstance(value, StringValueNode) and value.value.startswith("@"):
                yield value.value[1:], value.value[1:]
            elif isinstance(value, ObjectValueNode):
                parts = {
                    each.name.value: each.value.value
                    for each in value.fields
                    if isinstance(each.value, StringValueNode)
                }
                name = parts.get("name", "")
                if name.startswith("@"):
                    yield parts.get("as", name).removeprefix("@"), name[1:]
