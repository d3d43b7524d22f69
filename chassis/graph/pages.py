"""Lists as Relay connections: opaque cursors, at most 100 a page, a total that is counted only if asked for."""

import base64
import binascii
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import strawberry

from chassis.errors import InvalidInput

LARGEST_PAGE = 100
DEFAULT_PAGE = 20

Node = TypeVar("Node")
Item = TypeVar("Item")

CursorValue = str | int | None


class InvalidCursor(InvalidInput):
    code = "INVALID_CURSOR"


class PageTooLarge(InvalidInput):
    code = "PAGE_TOO_LARGE"


def encode_cursor(*values: CursorValue) -> str:
    """Sort keys of one row, as an opaque text."""
    return base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).rstrip(b"=").decode()


def decode_cursor(cursor: str, *kinds: type[str] | type[int]) -> tuple[CursorValue, ...]:
    """The sort keys back; raises InvalidCursor unless there is one of each of `kinds` (or null), in order."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError, binascii.Error):
        raise InvalidCursor("This is not a cursor of this list.", field="after") from None
    fits = (
        isinstance(values, list)
        and len(values) == len(kinds)
        and all(value is None or type(value) is kind for value, kind in zip(values, kinds, strict=True))
        and not any(isinstance(value, str) and "\x00" in value for value in values)
    )
    if not fits:
        raise InvalidCursor("This is not a cursor of this list.", field="after")
    return tuple(values)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """What a client asks of a list. Repositories read `first + 1` rows, to know whether there is a next page."""

    first: int
    after: str | None = None

    @staticmethod
    def of(first: int | None, after: str | None) -> "PageRequest":
        size = DEFAULT_PAGE if first is None else first
        if not 1 <= size <= LARGEST_PAGE:
            raise PageTooLarge(f"Ask for 1 to {LARGEST_PAGE} at a time.", field="first")
        return PageRequest(first=size, after=after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Item]):
    """What a repository gives back: the items, each with its cursor, and whether there are more."""

    items: Sequence[tuple[str, Item]]
    has_next: bool


def page_of(rows: Sequence[Item], request: PageRequest, cursor: Callable[[Item], str]) -> Page[Item]:
    """The page from up to `first + 1` rows."""
    return Page(items=[(cursor(row), row) for row in rows[: request.first]], has_next=len(rows) > request.first)


@strawberry.federation.type(shareable=True)
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@strawberry.type
class Edge(Generic[Node]):
    cursor: str
    node: Node


@strawberry.type
class Connection(Generic[Node]):
    edges: list[Edge[Node]]
    page_info: PageInfo
    count: strawberry.Private[Callable[[], Awaitable[int]] | None] = None

    @strawberry.field(description="Counted only when asked for.")  # type: ignore[untyped-decorator]  # strawberry's is untyped
    async def total_count(self) -> int | None:
        return None if self.count is None else await self.count()

    @staticmethod
    def of(
        page: Page[Item],
        node: Callable[[Item], Node],
        *,
        after: str | None = None,
        count: Callable[[], Awaitable[int]] | None = None,
    ) -> "Connection[Node]":
        edges = [Edge(cursor=cursor, node=node(item)) for cursor, item in page.items]
        return Connection(
            edges=edges,
            page_info=PageInfo(
                has_next_page=page.has_next,
                has_previous_page=after is not None,
                start_cursor=edges[0].cursor if edges else None,
                end_cursor=edges[-1].cursor if edges else None,
            ),
            count=count,
        )
