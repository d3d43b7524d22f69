"""This service's subgraph: every slice brings its own queries and mutations."""

from strawberry.tools import merge_types

from chassis.graph import build_schema
from employment_service.benefit_reviews.graph import BenefitReviewMutation, BenefitReviewQuery
from employment_service.employers.graph import EmployerMutation, EmployerQuery
from employment_service.follow_ups.graph import FollowUpMutation
from employment_service.grievances.graph import GrievanceMutation, GrievanceQuery
from employment_service.matching.graph import Household, MatchingQuery, Member
from employment_service.offers.graph import OfferMutation, OfferQuery
from employment_service.placements.graph import PlacementQuery
from employment_service.safeguards.flags.graph import FlagMutation, FlagQuery
from employment_service.safeguards.graph import SafeguardsMutation, SafeguardsQuery
from employment_service.safeguards.reports.graph import ReportMutation
from employment_service.safeguards.witnesses.graph import WitnessMutation
from employment_service.steps.graph import PlacementMutation
from employment_service.vacancies.graph import VacancyMutation, VacancyQuery
from employment_service.workers.graph import WorkerMutation, WorkerQuery

QUERIES = (
    WorkerQuery,
    VacancyQuery,
    EmployerQuery,
    MatchingQuery,
    OfferQuery,
    PlacementQuery,
    SafeguardsQuery,
    FlagQuery,
    GrievanceQuery,
    BenefitReviewQuery,
)
MUTATIONS = (
    WorkerMutation,
    VacancyMutation,
    EmployerMutation,
    OfferMutation,
    PlacementMutation,
    FollowUpMutation,
    SafeguardsMutation,
    FlagMutation,
    WitnessMutation,
    ReportMutation,
    GrievanceMutation,
    BenefitReviewMutation,
)

schema = build_schema(
    query=merge_types("Query", QUERIES),
    mutation=merge_types("Mutation", MUTATIONS),
    types=[Member, Household],
)
