"""This service's subgraph: every slice brings its own queries and mutations."""

from strawberry.tools import merge_types

from chassis.graph import build_schema
from employment_service.benefit_reviews.graph import BenefitReviewMutation, BenefitReviewQuery
from employment_service.call_requests.graph import CallRequestMutation, CallRequestQuery
from employment_service.calls.graph import CallMutation, CallQuery
from employment_service.care.graph import CareMutation, CareQuery
from employment_service.employers.graph import EmployerMutation, EmployerQuery
from employment_service.figures.graph import FigureQuery
from employment_service.follow_ups.graph import FollowUpMutation
from employment_service.grievances.graph import GrievanceMutation, GrievanceQuery
from employment_service.matching.graph import Household, MatchingQuery, Member
from employment_service.matching.runs.graph import MatchingRunMutation, MatchingRunQuery
from employment_service.notices.graph import NoticeMutation, NoticeQuery
from employment_service.occupations.graph import OccupationMutation, OccupationQuery
from employment_service.offers.graph import OfferMutation, OfferQuery
from employment_service.placements.graph import PlacementQuery
from employment_service.recruitments.graph import RecruitmentMutation, RecruitmentQuery
from employment_service.safeguards.attempts.graph import ConsentAttemptQuery
from employment_service.safeguards.audit_facts.graph import AuditFactMutation, AuditFactQuery
from employment_service.safeguards.flags.graph import FlagMutation, FlagQuery
from employment_service.safeguards.graph import SafeguardsMutation, SafeguardsQuery
from employment_service.safeguards.reports.graph import ReportMutation
from employment_service.safeguards.witnesses.graph import WitnessMutation
from employment_service.steps.graph import PlacementMutation
from employment_service.trips.graph import TripMutation, TripQuery
from employment_service.vacancies.graph import VacancyMutation, VacancyQuery
from employment_service.wages.graph import WageMutation, WageQuery
from employment_service.workers.companions.graph import CompanionMutation
from employment_service.workers.graph import WorkerMutation, WorkerQuery

QUERIES = (
    WorkerQuery,
    VacancyQuery,
    EmployerQuery,
    OccupationQuery,
    MatchingQuery,
    MatchingRunQuery,
    OfferQuery,
    PlacementQuery,
    SafeguardsQuery,
    CallQuery,
    CallRequestQuery,
    NoticeQuery,
    CareQuery,
    RecruitmentQuery,
    TripQuery,
    WageQuery,
    FigureQuery,
    FlagQuery,
    ConsentAttemptQuery,
    AuditFactQuery,
    GrievanceQuery,
    BenefitReviewQuery,
)
MUTATIONS = (
    WorkerMutation,
    CompanionMutation,
    VacancyMutation,
    MatchingRunMutation,
    EmployerMutation,
    OccupationMutation,
    OfferMutation,
    PlacementMutation,
    FollowUpMutation,
    SafeguardsMutation,
    CallMutation,
    CallRequestMutation,
    NoticeMutation,
    CareMutation,
    RecruitmentMutation,
    TripMutation,
    WageMutation,
    FlagMutation,
    AuditFactMutation,
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
