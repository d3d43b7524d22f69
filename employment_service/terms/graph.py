"""Terms as they are shown and as they are given."""

from datetime import date, datetime
from decimal import Decimal

import strawberry

from chassis.graph import Money
from chassis.graph.scalars import money_of_cents
from employment_service.amounts import cents_of, clock_time_of, minutes_of
from employment_service.copies.domain import Point
from employment_service.vacancies import domain
from employment_service.vacancies.words import TermsText

strawberry.enum(domain.Housing, description="NONE: lives at home. FREE: housed by the employer, at no cost.")
strawberry.enum(domain.DeductionKind, description="The only deductions there are; anything else would be a fee.")


@strawberry.type(description="Where the work is; it may lie outside the county.")
class Workplace:
    name: str
    lat: float
    lon: float


@strawberry.type
class TermsDeduction:
    kind: domain.DeductionKind
    monthly: Money


@strawberry.type(description="All a worker is shown before deciding. Changed terms have another hash and void a yes.")
class VacancyTerms:
    version: int
    hash: str
    set_at: datetime
    employer_name: str
    workplace: Workplace
    task: str
    monthly_wage: Money
    pay_day: int = strawberry.field(description="Day of the following month.")
    shift_from: str
    shift_to: str
    weekly_hours: int
    housing: domain.Housing
    deductions: list[TermsDeduction]
    contract_months: int
    notice_days: int = strawberry.field(description="Given by the employer. A worker may leave at once.")
    help_contact: str = strawberry.field(description="Outside the employer.")
    starts_on: date
    languages: list[str] = strawberry.field(description="In which the words are given too.")

    @staticmethod
    def of(version: domain.TermsVersion) -> "VacancyTerms":
        terms = version.terms
        return VacancyTerms(
            version=version.number,
            hash=version.hash,
            set_at=version.set_at,
            employer_name=terms.employer_name,
            workplace=workplace_of(terms.workplace),
            task=terms.task,
            monthly_wage=money_of_cents(terms.monthly_wage_cents, terms.currency),
            pay_day=terms.pay_day,
            shift_from=clock_time_of(terms.shift_from_minutes),
            shift_to=clock_time_of(terms.shift_to_minutes),
            weekly_hours=terms.weekly_hours,
            housing=terms.housing,
            deductions=[
                TermsDeduction(kind=each.kind, monthly=money_of_cents(each.monthly_cents, terms.currency))
                for each in terms.deductions
            ],
            contract_months=terms.contract_months,
            notice_days=terms.notice_days,
            help_contact=terms.help_contact,
            starts_on=terms.starts_on,
            languages=[text.language for text in version.texts],
        )


@strawberry.input
class WorkplaceInput:
    name: str
    lat: float
    lon: float


@strawberry.input
class DeductionInput:
    kind: domain.DeductionKind
    monthly: Decimal

    def asked(self) -> domain.Deduction:
        return domain.Deduction(kind=self.kind, monthly_cents=cents_of(self.monthly, field="terms.deductions"))


@strawberry.input(description="What terms say in words, in one language.")
class TermsWordsInput:
    language: str
    task: str
    workplace: str
    help_contact: str


@strawberry.input
class VacancyTermsInput:
    employer_name: str
    workplace: WorkplaceInput
    task: str
    monthly_wage: Decimal
    currency: str = "CNY"
    pay_day: int
    shift_from: str = strawberry.field(description='"08:30"')
    shift_to: str
    weekly_hours: int
    housing: domain.Housing = domain.Housing.NONE
    deductions: list[DeductionInput] = strawberry.field(default_factory=list)
    contract_months: int
    notice_days: int
    help_contact: str
    starts_on: date
    language: str | None = strawberry.field(
        default=None, description='In which the words above are written: "zh-CN", "ug" or "en".'
    )
    words: list[TermsWordsInput] = strawberry.field(
        default_factory=list, description="The same words in further languages, so that workers read them in theirs."
    )

    def texts(self) -> tuple[TermsText, ...]:
        further = tuple(
            TermsText(language=each.language, task=each.task, workplace=each.workplace, help_contact=each.help_contact)
            for each in self.words
        )
        if self.language is None:
            return further
        own = TermsText(
            language=self.language, task=self.task, workplace=self.workplace.name, help_contact=self.help_contact
        )
        return (own, *further)

    def asked(self) -> domain.Terms:
        return domain.Terms(
            employer_name=self.employer_name,
            workplace=domain.Workplace(
                name=self.workplace.name, place=Point(lat=self.workplace.lat, lon=self.workplace.lon)
            ),
            task=self.task,
            monthly_wage_cents=cents_of(self.monthly_wage, field="terms.monthlyWage"),
            currency=self.currency,
            pay_day=self.pay_day,
            shift_from_minutes=minutes_of(self.shift_from, field="terms.shiftFrom"),
            shift_to_minutes=minutes_of(self.shift_to, field="terms.shiftTo"),
            weekly_hours=self.weekly_hours,
            housing=self.housing,
            deductions=tuple(each.asked() for each in self.deductions),
            contract_months=self.contract_months,
            notice_days=self.notice_days,
            help_contact=self.help_contact,
            starts_on=self.starts_on,
        )


def workplace_of(workplace: domain.Workplace) -> Workplace:
    return Workplace(name=workplace.name, lat=workplace.place.lat, lon=workplace.place.lon)
