"""This service's subgraph: every slice brings its own queries and mutations."""

from strawberry.tools import merge_types

from chassis.graph import build_schema
from risk_service.alerts.graph import AlertQuery, AlertSubscription
from risk_service.assessments.lists.graph import AssessmentMutation, AssessmentQuery
from risk_service.cases.graph import CaseQuery
from risk_service.cases.steps.graph import CaseMutation
from risk_service.clearances.decisions.graph import ClearanceMutation
from risk_service.copies.graph import Household
from risk_service.monitoring.graph import MonitoringMutation, MonitoringQuery
from risk_service.notifications.graph import NotificationMutation, NotificationQuery
from risk_service.planning.catalogues.graph import CatalogueMutation, CatalogueQuery
from risk_service.planning.effects.graph import EffectQuery
from risk_service.planning.offers.graph import OfferMutation, OfferQuery
from risk_service.planning.plans.requests.graph import PlanMutation, PlanQuery
from risk_service.policy.graph import PolicyQuery
from risk_service.publishing.graph import ModelMutation, ModelQuery
from risk_service.signals.replay.graph import ThresholdLabQuery
from risk_service.verification.graph import VerificationMutation, VerificationQuery
from risk_service.verification.precision.graph import PrecisionQuery
from risk_service.worklist.graph import WorkListQuery

QUERIES = (
    AlertQuery,
    VerificationQuery,
    WorkListQuery,
    NotificationQuery,
    PolicyQuery,
    ThresholdLabQuery,
    AssessmentQuery,
    ModelQuery,
    MonitoringQuery,
    CaseQuery,
    PrecisionQuery,
    PlanQuery,
    OfferQuery,
    EffectQuery,
    CatalogueQuery,
)
MUTATIONS = (
    VerificationMutation,
    ClearanceMutation,
    NotificationMutation,
    AssessmentMutation,
    CaseMutation,
    PlanMutation,
    OfferMutation,
    CatalogueMutation,
    ModelMutation,
    MonitoringMutation,
)

schema = build_schema(
    query=merge_types("Query", QUERIES),
    mutation=merge_types("Mutation", MUTATIONS),
    subscription=merge_types("Subscription", (AlertSubscription,)),
    types=[Household],
)
