"""This service's subgraph: every slice brings its own queries and mutations."""

from strawberry.tools import merge_types

from chassis.graph import build_schema
from employment_service.employers.graph import EmployerMutation, EmployerQuery
from employment_service.follow_ups.graph import FollowUpMutation
from employment_service.matching.graph import Household, MatchingQuery, Member
from employment_service.occupations.graph import OccupationMutation, OccupationQuery
from employment_service.offers.graph import OfferMutation, OfferQuery
from employment_service.placements.graph import PlacementQuery
from employment_service.safeguards.graph import SafeguardsMutation, SafeguardsQuery
from employment_service.steps.graph import PlacementMutation
from employment_service.vacancies.graph import VacancyMutation, VacancyQuery
from employment_service.workers.graph import WorkerMutation, WorkerQuery

QUERIES = (
    WorkerQuery,
    VacancyQuery,
    EmployerQuery,
    OccupationQuery,
    MatchingQuery,
    OfferQuery,
    PlacementQuery,
    SafeguardsQuery,
)
MUTATIONS = (
    WorkerMutation,
    VacancyMutation,
    EmployerMutation,
    OccupationMutation,
    OfferMutation,
    PlacementMutation,
    FollowUpMutation,
    SafeguardsMutation,
)

schema = build_schema(
    query=merge_types("Query", QUERIES),
    mutation=merge_types("Mutation", MUTATIONS),
    types=[Member, Household],
)
