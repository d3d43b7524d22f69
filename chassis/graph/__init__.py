"""What the services' GraphQL faces share: money, refusals, pages, scalars and the making of a subgraph schema."""

from chassis.graph.context import GraphContext, actor_of
from chassis.graph.enums import described_enum
from chassis.graph.pages import (
    Connection,
    Edge,
    Page,
    PageInfo,
    PageRequest,
    decode_cursor,
    encode_cursor,
    page_of,
)
from chassis.graph.refusals import Refused, refusals
from chassis.graph.scalars import AreaPath, JsonRecord, Money, money
from chassis.graph.schema import build_schema

__all__ = [
    "AreaPath",
    "Connection",
    "Edge",
    "GraphContext",
    "JsonRecord",
    "Money",
    "Page",
    "PageInfo",
    "PageRequest",
    "Refused",
    "actor_of",
    "build_schema",
    "decode_cursor",
    "described_enum",
    "encode_cursor",
    "money",
    "page_of",
    "refusals",
]
