"""What an income is for, how often it comes, who pays it, and how we know of it."""

from __future__ import annotations

from enum import StrEnum


class IncomeGroup(StrEnum):
    WAGE = "WAGE"
    PRODUCTION = "PRODUCTION"
    PROPERTY = "PROPERTY"
    TRANSFER = "TRANSFER"
    PRODUCTION_COST = "PRODUCTION_COST"


class IncomeKind(StrEnum):
    """What the income is for; the same kind twice for one person and time is suspicious."""

    PUBLIC_WELFARE_POST = "PUBLIC_WELFARE_POST"
    LOCAL_JOB = "LOCAL_JOB"
    MIGRANT_WORK = "MIGRANT_WORK"
    ODD_JOBS = "ODD_JOBS"
    OTHER_WAGE = "OTHER_WAGE"
    CROPS = "CROPS"
    LIVESTOCK = "LIVESTOCK"
    BUSINESS = "BUSINESS"
    OTHER_PRODUCTION = "OTHER_PRODUCTION"
    LAND_RENT = "LAND_RENT"
    HOUSE_RENT = "HOUSE_RENT"
    DIVIDEND = "DIVIDEND"
    OTHER_PROPERTY = "OTHER_PROPERTY"
    SUBSISTENCE_ALLOWANCE = "SUBSISTENCE_ALLOWANCE"
    PENSION = "PENSION"
    SUBSIDY = "SUBSIDY"
    RELIEF = "RELIEF"
    DONATION = "DONATION"
    FAMILY_SUPPORT = "FAMILY_SUPPORT"
    OTHER_TRANSFER = "OTHER_TRANSFER"
    FARM_INPUTS = "FARM_INPUTS"
    BUSINESS_COSTS = "BUSINESS_COSTS"
    OTHER_COST = "OTHER_COST"


KINDS_OF = {
    IncomeGroup.WAGE: frozenset(
        {
            IncomeKind.PUBLIC_WELFARE_POST,
            IncomeKind.LOCAL_JOB,
            IncomeKind.MIGRANT_WORK,
            IncomeKind.ODD_JOBS,
            IncomeKind.OTHER_WAGE,
        }
    ),
    IncomeGroup.PRODUCTION: frozenset(
        {IncomeKind.CROPS, IncomeKind.LIVESTOCK, IncomeKind.BUSINESS, IncomeKind.OTHER_PRODUCTION}
    ),
    IncomeGroup.PROPERTY: frozenset(
        {IncomeKind.LAND_RENT, IncomeKind.HOUSE_RENT, IncomeKind.DIVIDEND, IncomeKind.OTHER_PROPERTY}
    ),
    IncomeGroup.TRANSFER: frozenset(
        {
            IncomeKind.SUBSISTENCE_ALLOWANCE,
            IncomeKind.PENSION,
            IncomeKind.SUBSIDY,
            IncomeKind.RELIEF,
            IncomeKind.DONATION,
            IncomeKind.FAMILY_SUPPORT,
            IncomeKind.OTHER_TRANSFER,
        }
    ),
    IncomeGroup.PRODUCTION_COST: frozenset({IncomeKind.FARM_INPUTS, IncomeKind.BUSINESS_COSTS, IncomeKind.OTHER_COST}),
}


class Rhythm(StrEnum):
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"
    ONCE = "ONCE"


class PayerType(StrEnum):
    GOVERNMENT = "GOVERNMENT"
    EMPLOYER = "EMPLOYER"
    BUYER = "BUYER"
    TENANT = "TENANT"
    COOPERATIVE = "COOPERATIVE"
    FAMILY = "FAMILY"
    CHARITY = "CHARITY"
    OTHER = "OTHER"


class Evidence(StrEnum):
    FEED = "FEED"
    DOCUMENT = "DOCUMENT"
    SAID_BY_HOUSEHOLD = "SAID_BY_HOUSEHOLD"


class EntryStatus(StrEnum):
    COUNTED = "COUNTED"
    POSSIBLE_DUPLICATE_INCOME = "POSSIBLE_DUPLICATE_INCOME"
    DROPPED = "DROPPED"


class DuplicateDecision(StrEnum):
    """What a person found: two incomes, or one that was written twice."""

    KEEP_BOTH = "KEEP_BOTH"
    DROP_THIS = "DROP_THIS"
    DROP_OTHER = "DROP_OTHER"
