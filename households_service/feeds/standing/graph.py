"""What each feed is, and how it stands in an area."""

from datetime import date

import strawberry
from strawberry.types import Info

from chassis.graph import AreaPath
from households_service.access import POLICY, Action
from households_service.context import HouseholdsContext
from households_service.feeds.catalogue import declaration, known
from households_service.feeds.catalogue.columns import columns_of
from households_service.feeds.departments import Department, EventType
from households_service.feeds.standing import domain, service

strawberry.enum(Department)
strawberry.enum(domain.FeedState, description="LATE: more than ten days past its due day.")
strawberry.enum(declaration.Subject, name="FeedSubject")
strawberry.enum(declaration.FieldKind, name="FeedFieldKind")
strawberry.enum(declaration.EffectKind, name="FeedEffect")


@strawberry.type(description="One field of a feed's own.")
class FeedField:
    name: str
    kind: declaration.FieldKind
    meaning: str
    choices: list[str] = strawberry.field(description="Of a CHOICE.")
    choice_words: list[list[str]] = strawberry.field(description="Of each choice the other words that mean it.")
    headers: list[str] = strawberry.field(description="Other headers in a file that mean it.")


@strawberry.type(description="What a record can tell of.")
class FeedEvent:
    type: EventType
    words: list[str] = strawberry.field(description="Other words that mean it.")
    needs: list[list[str]] = strawberry.field(description="Of each group at least one field is given.")


@strawberry.type(description="What a record may be used for, and for nothing else.")
class FeedPurpose:
    name: str
    meaning: str
    words: list[str] = strawberry.field(description="Other words that mean it.")


@strawberry.type(description="A column of a file of the feed. Case, blanks, `_` and `-` of a header do not count.")
class FeedColumn:
    name: str
    headers: list[str] = strawberry.field(description="Other headers that mean it.")
    required: bool


@strawberry.type(description="What a feed is: no record may say more.")
class FeedDeclaration:
    name: str
    departments: list[Department]
    owner: str
    purpose: str
    purposes: list[FeedPurpose] = strawberry.field(description="Any other `purposeCode` is refused.")
    cadence_days: int
    subject: declaration.Subject
    events: list[FeedEvent]
    fields: list[FeedField]
    columns: list[FeedColumn] = strawberry.field(description="All that a file may carry.")
    effect: declaration.EffectKind = strawberry.field(description="What a linked record does, beside its event.")

    @staticmethod
    def of(feed: declaration.Feed) -> "FeedDeclaration":
        return FeedDeclaration(
            name=feed.name,
            departments=list(feed.departments),
            owner=feed.owner,
            purpose=feed.purpose,
            purposes=[
                FeedPurpose(name=one.name, meaning=one.meaning, words=list(one.spellings)) for one in feed.purposes
            ],
            cadence_days=feed.cadence_days,
            subject=feed.subject,
            events=[
                FeedEvent(type=event.type, words=list(event.spellings), needs=[list(group) for group in event.needs])
                for event in feed.events
            ],
            fields=[
                FeedField(
                    name=own.name,
                    kind=own.kind,
                    meaning=own.meaning,
                    choices=list(own.choices),
                    choice_words=[list(words) for words in own.choices.values()],
                    headers=list(own.spellings),
                )
                for own in feed.fields
            ],
            columns=[
                FeedColumn(name=column.name, headers=list(column.spellings), required=column.required)
                for column in columns_of(feed).columns
            ],
            effect=feed.effect,
        )


@strawberry.type(description="Rows and visits of the last 365 days. A rate is null where there is nothing to rate.")
class FeedQuality:
    read: int
    linked: int
    review: int
    rejected: int
    unchanged: int
    unknown_villages: int = strawberry.field(
        description="Rows taken whose village code no area carried: nobody was found by their place."
    )
    link_rate: float | None = strawberry.field(description="linked / (linked + review).")
    visits: int = strawberry.field(description="Visits of alerts that its records raised.")
    no_lasting_risk: int
    wrong_data: int
    false_alarm_rate: float | None = strawberry.field(description="(noLastingRisk + wrongData) / visits.")


@strawberry.type(description="How a department's feed stands in an area.")
class FeedStanding:
    department: Department
    state: domain.FeedState
    last_received_on: date | None
    due_on: date | None = strawberry.field(description="By its cadence after the last receipt.")
    days_late: int
    late: bool
    quality: FeedQuality
    as_of: date
    declaration: FeedDeclaration

    @staticmethod
    def of(standing: domain.FeedStanding) -> "FeedStanding":
        timely, quality = standing.timeliness, standing.quality
        return FeedStanding(
            department=standing.department,
            state=timely.state,
            last_received_on=timely.last_received_on,
            due_on=timely.due_on,
            days_late=timely.days_late,
            late=timely.state is domain.FeedState.LATE,
            quality=FeedQuality(
                read=quality.read,
                linked=quality.linked,
                review=quality.review,
                rejected=quality.rejected,
                unchanged=quality.unchanged,
                unknown_villages=quality.unknown_villages,
                link_rate=quality.link_rate,
                visits=quality.visits,
                no_lasting_risk=quality.no_lasting_risk,
                wrong_data=quality.wrong_data,
                false_alarm_rate=quality.false_alarm_rate,
            ),
            as_of=standing.as_of,
            declaration=FeedDeclaration.of(standing.feed),
        )


@strawberry.type
class StandingQuery:
    @strawberry.field(description="Every department's feed for an area: when it came, whether it is late, how good.")
    async def feeds(self, info: Info[HouseholdsContext, None], area: AreaPath) -> list[FeedStanding]:
        async with info.context.begin() as uow:
            found = await service.feeds_in(uow, info.context.actor, area_path=area)
        return [FeedStanding.of(standing) for standing in found]

    @strawberry.field(description="What each feed may hold.")
    async def feed_declarations(self, info: Info[HouseholdsContext, None]) -> list[FeedDeclaration]:
        POLICY.require(info.context.actor, Action.SEE_FEED)
        return [FeedDeclaration.of(feed) for feed in known.FEEDS]
