"""What a resolver knows of the request it serves."""

from typing import Any

from strawberry.types import Info

from chassis.identity import Actor


class GraphContext:
    """One per request. A service subclasses it and adds its `begin` and its loaders."""

    def __init__(self, *, actor: Actor, locale: str = "en", correlation_id: str = "") -> None:
        self.actor = actor
        # "en", "zh-CN" or "ug": the first of the caller's Accept-Language that the product speaks.
        self.locale = locale
        self.correlation_id = correlation_id


def actor_of(info: Info[Any, Any]) -> Actor:
    context: GraphContext = info.context
    return context.actor
