"""What a run tells of itself as GraphQL: its job, other ways to give the places away, stability, and the audit."""

from enum import Enum

import strawberry

from chassis.graph import Money
from chassis.graph.scalars import money_of_cents
from chassis.jobs import JobRecord
from employment_service.matching.runs import domain

strawberry.enum(domain.Way, name="MatchingWay", description="How the same places could be given away.")
strawberry.enum(
    domain.Rule,
    name="MatchingRule",
    description="BY_SURPLUS: what is worth most for all. DEFERRED_ACCEPTANCE: places keep who is likeliest to stay.",
)


@strawberry.enum
class MatchingJobState(Enum):
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"


@strawberry.type(description="Makes a run of an area's labour market.")
class MatchingJob:
    id: strawberry.ID
    state: MatchingJobState
    done: int = strawberry.field(description="Steps behind it: gathered, assigned, compared, audited, written.")
    total: int | None
    run_id: strawberry.ID | None = strawberry.field(description="Once it is done.")
    code: str | None = strawberry.field(description="Why it failed.")
    message: str | None

    @staticmethod
    def of(record: JobRecord) -> "MatchingJob":
        made = (record.result or {}).get("run_id")
        return MatchingJob(
            id=strawberry.ID(str(record.id)),
            state=MatchingJobState(record.state.value),
            done=record.done,
            total=record.total,
            run_id=None if made is None else strawberry.ID(str(made)),
            code=record.code,
            message=record.message,
        )


@strawberry.type(description="What the same places would come to if they were given away this way.")
class MatchingComparison:
    way: domain.Way
    points: int
    placed: int
    carers_placed: int


@strawberry.type(description="One group of people in one scenario. Null: fewer than ten, or what would give them away.")
class AuditGroup:
    group: str = strawberry.field(description="CARE_DUTY, HEALTH_LIMITS, VILLAGE_DISTANCE, or SEX where given.")
    label: str
    workers: int | None
    placed_share: float | None
    mean_gain: Money | None = strawberry.field(description="A month, of those with a proposal.")
    mean_options: float | None = strawberry.field(description="Vacancies that would be possible.")


@strawberry.type(description="The run as it is, by another aim, or without one of its constraints.")
class AuditScenario:
    objective: str = strawberry.field(description="SURPLUS, INCOME_GAIN or PLACEMENTS: what is made large.")
    without: str = strawberry.field(description="NONE, CARE, DISTANCE, HEALTH, SEASON or WAGE_FLOOR.")
    placed: int
    mean_gain: Money
    groups: list[AuditGroup]

    @staticmethod
    def of(scenario: domain.AuditScenario) -> "AuditScenario":
        return AuditScenario(
            objective=scenario.objective,
            without=scenario.without,
            placed=scenario.placed,
            mean_gain=money_of_cents(scenario.mean_gain_cents),
            groups=[
                AuditGroup(
                    group=cell.group,
                    label=cell.label,
                    workers=cell.workers,
                    placed_share=cell.placed_share,
                    mean_gain=None if cell.mean_gain_cents is None else money_of_cents(cell.mean_gain_cents),
                    mean_options=cell.mean_options,
                )
                for cell in scenario.cells
            ],
        )


@strawberry.type(description="Pairs who would both rather have each other than what is proposed, and what none costs.")
class MatchingStability:
    blocking_pairs: int
    blocking_workers: int = strawberry.field(description="Workers in at least one such pair.")
    stable_points: int = strawberry.field(description="Of an assignment without any.")
    price: float = strawberry.field(description="Share of the best value that it gives up.")
