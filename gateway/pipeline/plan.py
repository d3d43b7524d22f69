"""Stage 6: the query plan and the projection of an operation, remembered by document."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.pipeline.limits import Limits
from gateway.pipeline.lru import Lru
from gateway.pipeline.projection import Projection, compile_projection
from gateway.pipeline.stages import RequestContext, ValidatedOperation
from gateway.planner.introspection import introspection_part
from gateway.planner.normalise import normalise
from gateway.planner.plan import QueryPlan
from gateway.planner.planner import Planner
from gateway.supergraph.schema import Supergraph


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    plan: QueryPlan
    projection: Projection


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedOperation:
    validated: ValidatedOperation
    plan: QueryPlan
    projection: Projection


class Plan:
    def __init__(self, supergraph: Supergraph, limits: Limits) -> None:
        self._api = supergraph.api
        self._planner = Planner(supergraph)
        self._known: Lru[_Prepared] = Lru(limits.cached_documents)

    def __call__(self, validated: ValidatedOperation, ctx: RequestContext) -> PlannedOperation:
        del ctx
        known = self._known.get(validated.key) or self._known.put(validated.key, self._prepare(validated))
        return PlannedOperation(validated=validated, plan=known.plan, projection=known.projection)

    def _prepare(self, validated: ValidatedOperation) -> _Prepared:
        document, operation = validated.parsed.document, validated.parsed.operation
        normal = normalise(self._api, document, operation)
        return _Prepared(
            plan=self._planner.plan_normal(normal, introspection_part(document, operation)),
            projection=compile_projection(self._api, normal.root),
        )
