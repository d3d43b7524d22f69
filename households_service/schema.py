"""This service's subgraph: every slice brings its own queries and mutations."""

from strawberry.tools import merge_types

from chassis.graph import build_schema
from households_service.areas.graph import AreaMutation, AreaQuery
from households_service.benefits.graph import BenefitMutation
from households_service.care.graph import CareMutation
from households_service.expenses.graph import ExpenseMutation
from households_service.feeds.graph import FeedMutation, FeedQuery
from households_service.feeds.links.graph import LinkMutation, LinkQuery
from households_service.feeds.links.persons.graph import PersonMutation
from households_service.feeds.review_rows.graph import ReviewMutation, ReviewQuery
from households_service.feeds.standing.graph import StandingQuery
from households_service.identities.looking_up.graph import LookUpQuery
from households_service.identities.models.graph import LinkModelMutation, LinkModelQuery
from households_service.imports.graph import ImportMutation, ImportQuery
from households_service.insurance.graph import InsuranceQuery
from households_service.ledger.graph import LedgerMutation
from households_service.members.graph import MemberMutation
from households_service.officers.graph import OfficerMutation, OfficerQuery
from households_service.points.graph import PointMutation, PointQuery
from households_service.registry.graph import HouseholdQuery
from households_service.registry.registration.graph import HouseholdMutation
from households_service.statements.graph import StatementMutation

QUERIES = (
    HouseholdQuery,
    AreaQuery,
    OfficerQuery,
    ImportQuery,
    FeedQuery,
    ReviewQuery,
    StandingQuery,
    LookUpQuery,
    LinkQuery,
    LinkModelQuery,
    PointQuery,
    InsuranceQuery,
)
MUTATIONS = (
    HouseholdMutation,
    MemberMutation,
    CareMutation,
    LedgerMutation,
    BenefitMutation,
    ExpenseMutation,
    StatementMutation,
    OfficerMutation,
    AreaMutation,
    ImportMutation,
    FeedMutation,
    ReviewMutation,
    LinkMutation,
    PersonMutation,
    LinkModelMutation,
    PointMutation,
)

schema = build_schema(query=merge_types("Query", QUERIES), mutation=merge_types("Mutation", MUTATIONS))
