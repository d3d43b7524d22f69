"""Stage 7: runs the plan. What is independent runs at once; a subgraph that fails leaves holes and errors."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from graphql import GraphQLSchema, execute_sync

from gateway.pipeline.entities import Representations, absorb, objects_at, represent
from gateway.pipeline.failures import call_failed, entity_error, root_error, root_failed, unavailable
from gateway.pipeline.limits import Limits
from gateway.pipeline.lru import Lru
from gateway.pipeline.plan import PlannedOperation
from gateway.pipeline.stages import (
    ErrorEntry,
    JsonObject,
    JsonValue,
    OperationType,
    RequestContext,
    SubgraphClient,
    SubgraphRequest,
    SubgraphResponse,
    SubgraphUnavailable,
)
from gateway.planner.conditions import holds
from gateway.planner.plan import EntityCall, Fetch, Parallel, PlanNode, QueryPlan, Rename, Sequence


@dataclass(slots=True, kw_only=True)
class Fetched:
    """The data of all fetches merged into one tree, with more keys than the client asked for."""

    data: JsonObject = field(default_factory=dict)
    errors: list[ErrorEntry] = field(default_factory=list)


class Execute:
    def __init__(self, api: GraphQLSchema, client: SubgraphClient, limits: Limits) -> None:
        self._api = api
        self._client = client
        self._introspected: Lru[JsonObject] = Lru(min(limits.cached_documents, 100))

    async def __call__(self, planned: PlannedOperation, ctx: RequestContext) -> Fetched:
        fetched = Fetched()
        if planned.plan.introspection is not None:
            fetched.data.update(self._introspect(planned))
        if planned.plan.root is not None:
            await self._run(planned, fetched, ctx).node(planned.plan.root)
        return fetched

    async def complete(self, planned: PlannedOperation, event: SubgraphResponse, ctx: RequestContext) -> Fetched:
        """One event of a subscription, with the entities it touches."""
        fetched = Fetched()
        run = self._run(planned, fetched, ctx)
        if planned.plan.primary is not None:
            run.take_root(planned.plan.primary, event)
        if planned.plan.root is not None:
            await run.node(planned.plan.root)
        return fetched

    def _run(self, planned: PlannedOperation, fetched: Fetched, ctx: RequestContext) -> _Run:
        return _Run(
            client=self._client,
            ctx=ctx,
            given=planned.validated.parsed.variables,
            values=planned.validated.variable_values,
            fetched=fetched,
        )

    def _introspect(self, planned: PlannedOperation) -> JsonObject:
        """The one use of an executor: the answer comes from the schema in memory."""
        variables = planned.validated.parsed.variables
        known = None if variables else self._introspected.get(planned.validated.key)
        if known is not None:
            return dict(known)
        document = planned.plan.introspection
        if document is None:
            return {}
        result = execute_sync(self._api, document, variable_values=dict(variables))
        data: JsonObject = dict(result.data or {})
        if not variables:
            self._introspected.put(planned.validated.key, data)
        return dict(data)


def request_of(fetch: Fetch, given: Mapping[str, JsonValue]) -> SubgraphRequest:
    """Without representations: a root fetch, or the opening of a subscription."""
    return SubgraphRequest(
        document=fetch.document,
        operation_name=fetch.operation_name,
        operation_type=OperationType(fetch.operation_type),
        variables={name: given[name] for name in fetch.variables if name in given},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """One execution. `given` are variables as sent, `values` as coerced: conditions need the defaults."""

    client: SubgraphClient
    ctx: RequestContext
    given: Mapping[str, JsonValue]
    values: Mapping[str, object]
    fetched: Fetched

    async def node(self, node: PlanNode) -> None:
        if isinstance(node, Fetch):
            await self._fetch(node)
        elif isinstance(node, Sequence):
            for each in node.nodes:
                await self.node(each)
        else:
            await self._side_by_side(node)

    async def _side_by_side(self, node: Parallel) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                for each in node.nodes:
                    group.create_task(self.node(each))
        except ExceptionGroup as failures:
            # A defect of ours, for what a subgraph does leaves a hole. Whoever waits is told of one, by its own kind.
            raise failures.exceptions[0] from failures

    async def _fetch(self, fetch: Fetch) -> None:
        if not holds(fetch.when, self.values):
            return
        if fetch.calls:
            await self._entities(fetch)
            return
        targets = objects_at(self.fetched.data, fetch.path)
        if not targets:
            return
        response = await self._send(fetch, request_of(fetch, self.given))
        if isinstance(response, SubgraphResponse):
            self.take_root(fetch, response)
        else:
            self.fetched.errors.extend(root_failed(fetch, self.fetched.data, response))

    def take_root(self, fetch: Fetch, response: SubgraphResponse) -> None:
        data = response.data
        if data is not None:
            _rename(data, fetch.renames)
            for target in objects_at(self.fetched.data, fetch.path):
                absorb(target, data)
        for error in response.errors:
            self.fetched.errors.extend(root_error(fetch, self.fetched.data, error))

    async def _entities(self, fetch: Fetch) -> None:
        prepared = [(call, self._represent(call)) for call in fetch.calls]
        if not any(found.values for _, found in prepared):
            return
        request = SubgraphRequest(
            document=fetch.document,
            operation_name=fetch.operation_name,
            operation_type=OperationType.QUERY,
            variables={
                **{name: self.given[name] for name in fetch.variables if name in self.given},
                **{call.variable: found.values for call, found in prepared},
            },
        )
        response = await self._send(fetch, request)
        if not isinstance(response, SubgraphResponse):
            for call, found in prepared:
                self.fetched.errors.extend(call_failed(fetch, call, found, self.fetched.data, response))
            return
        data = response.data or {}
        _rename(data, fetch.renames)
        for call, found in prepared:
            _give_back(data.get(call.response_key), found)
        for error in response.errors:
            self.fetched.errors.extend(entity_error(fetch, prepared, self.fetched.data, error))

    def _represent(self, call: EntityCall) -> Representations:
        if not holds(call.when, self.values):
            return Representations(values=[], targets=[])
        return represent(objects_at(self.fetched.data, call.path), call)

    async def _send(self, fetch: Fetch, request: SubgraphRequest) -> SubgraphResponse | ErrorEntry:
        """A response, or the error that stands for its absence."""
        try:
            async with asyncio.timeout_at(self.ctx.deadline):
                return await self.client.send(fetch.subgraph, request, self.ctx)
        except (SubgraphUnavailable, TimeoutError):
            return unavailable(fetch.subgraph)


def _give_back(entities: JsonValue, found: Representations) -> None:
    if not isinstance(entities, list):
        return
    for entity, targets in zip(entities, found.targets, strict=False):
        if isinstance(entity, dict):
            for target in targets:
                absorb(target, entity)


def _rename(data: JsonObject, renames: tuple[Rename, ...]) -> None:
    for rename in renames:
        for each in _objects(data, rename.path):
            if rename.source in each:
                each[rename.target] = each.pop(rename.source)


def _objects(value: JsonValue, path: tuple[str, ...]) -> list[JsonObject]:
    if isinstance(value, list):
        return [found for item in value for found in _objects(item, path)]
    if not isinstance(value, dict):
        return []
    return _objects(value.get(path[0]), path[1:]) if path else [value]


def subscription_fetch(plan: QueryPlan) -> Fetch:
    if plan.primary is None:
        raise ValueError("The plan is not of a subscription.")
    return plan.primary
