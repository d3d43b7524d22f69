"""Nothing visible may lead to something hidden, and interfaces must be kept by their implementers."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.composition.errors import Findings
from gateway.composition.inputs import Declared


def check_visibility(declared: Mapping[str, Declared], findings: Findings) -> None:
    hidden = {
        name for name, by_subgraph in declared.items() if any(each.marks.inaccessible for each in by_subgraph.values())
    }
    for name, by_subgraph in declared.items():
        _check_interfaces(name, by_subgraph, declared, findings)
        if name not in hidden:
            _check_references(name, by_subgraph, hidden, findings)


def _check_references(name: str, by_subgraph: Declared, hidden: set[str], findings: Findings) -> None:
    concealed = {
        field.name for each in by_subgraph.values() for field in each.fields.values() if field.marks.inaccessible
    }
    for subgraph, each in by_subgraph.items():
        for field in each.fields.values():
            if field.name not in concealed and field.type.named in hidden:
                findings.refuse(
                    "REFERENCED_INACCESSIBLE",
                    f"{name}.{field.name}",
                    f"Is visible but its type {field.type.named} is @inaccessible.",
                    subgraph,
                )
            for argument in field.arguments.values():
                hides = argument.marks.inaccessible or field.name in concealed
                if not hides and argument.type.named in hidden:
                    findings.refuse(
                        "REFERENCED_INACCESSIBLE",
                        f"{name}.{field.name}({argument.name}:)",
                        f"Is visible but its type {argument.type.named} is @inaccessible.",
                        subgraph,
                    )
                if argument.marks.inaccessible and argument.required and field.name not in concealed:
                    findings.refuse(
                        "REQUIRED_INACCESSIBLE",
                        f"{name}.{field.name}({argument.name}:)",
                        "Is required, so it cannot be @inaccessible.",
                        subgraph,
                    )
        for value in each.inputs.values():
            if not value.marks.inaccessible and value.type.named in hidden:
                findings.refuse(
                    "REFERENCED_INACCESSIBLE",
                    f"{name}.{value.name}",
                    f"Is visible but its type {value.type.named} is @inaccessible.",
                    subgraph,
                )


def _check_interfaces(name: str, by_subgraph: Declared, declared: Mapping[str, Declared], findings: Findings) -> None:
    own = {field for each in by_subgraph.values() for field in each.fields}
    for interface in dict.fromkeys(found for each in by_subgraph.values() for found in each.interfaces):
        for subgraph, shape in declared.get(interface, {}).items():
            for field in shape.fields:
                if field not in own:
                    findings.refuse(
                        "INTERFACE_FIELD_NO_IMPLEM",
                        f"{name}.{field}",
                        f"Interface {interface} has this field and {name} has not.",
                        subgraph,
                    )
