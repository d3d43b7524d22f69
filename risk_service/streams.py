"""What a subscription says when it fails: like a query, a code for a no, and nothing of ours."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from typing import TypeVar

from graphql import GraphQLError

from chassis.graph.refusals import presentable

Item = TypeVar("Item")


async def presented(events: AsyncIterator[Item]) -> AsyncGenerator[Item, None]:
    """The stream as it is; what it fails with is made fit to be seen. Finished operations are, streams are not."""
    try:
        async for event in events:
            yield event
    except GraphQLError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, it is masked and logged
        raise presentable(GraphQLError("", original_error=error)) from None
