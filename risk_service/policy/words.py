"""The policy's enums as the graph knows them; whoever shows one imports it from here, so that it is named once."""

import strawberry

from risk_service.policy.domain import (
    AlertLevel,
    CostScope,
    IncomeBasis,
    IncomeTest,
    LikelihoodBand,
    MeasureType,
    RigidExpenseMode,
    RiskFactor,
)

__all__ = [
    "AlertLevel",
    "CostScope",
    "IncomeBasis",
    "IncomeTest",
    "LikelihoodBand",
    "MeasureType",
    "RigidExpenseMode",
    "RiskFactor",
]

strawberry.enum(RiskFactor, description="What the event behind a warning is about.")
strawberry.enum(AlertLevel, description="NONE: nothing open.")
strawberry.enum(CostScope, description="Whose costs are added up.")
strawberry.enum(IncomeBasis, description="What a statement counts; see the page on the income ledger.")
strawberry.enum(IncomeTest, description="SHOWN: the decider weighs it. REQUIRED: no clearing without it.")
strawberry.enum(RigidExpenseMode, description="Whether unavoidable expenses are only shown, or deducted first.")
strawberry.enum(LikelihoodBand, description="By the thresholds of the policy in force.")
strawberry.enum(MeasureType, description="Kinds of help that can be offered; the household accepts or declines.")
