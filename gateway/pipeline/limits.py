"""What one operation may ask for. The numbers are defaults; deployments set them in the gateway's settings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    max_bytes: int = 100_000
    max_tokens: int = 4_000
    max_definitions: int = 40
    max_depth: int = 16
    max_aliases: int = 60
    max_root_fields: int = 30
    max_fields: int = 1_500
    """Fields with all fragments spread out; the 22-fragment doubling bomb has millions."""
    max_directives: int = 100
    max_repeats: int = 25
    """How often one place of the answer may be selected: validation compares those selections in pairs."""
    max_cost: int = 50_000
    """Objects the answer may hold by estimate: lists multiply what is below them."""
    default_list_size: int = 10
    """For lists without a `first` or `last`."""
    max_introspection_depth: int = 20
    introspection: bool = True
    """Also whether validation errors may suggest names."""
    max_errors: int = 5
    """Validation errors reported at once."""
    cached_documents: int = 1_000
