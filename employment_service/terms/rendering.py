"""Terms as sentences in the worker's language. Figures are rendered here; words are shown where somebody gave them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from employment_service.terms.aid import AidOutlook
from employment_service.vacancies.domain import DeductionKind, Housing, TermsVersion

ZH, EN, UG = "zh-CN", "en", "ug"

Words = Mapping[str, str]

LABELS: Mapping[str, Words] = {
    "employer": {EN: "Employer", ZH: "用人单位", UG: "خىزمەتكە ئالغۇچى ئورۇن"},
    "workplace": {EN: "Place of work", ZH: "工作地点", UG: "خىزمەت ئورنى"},
    "task": {EN: "Task", ZH: "工作内容", UG: "خىزمەت مەزمۇنى"},
    "wage": {EN: "Wage a month", ZH: "月工资", UG: "ئايلىق مائاش"},
    "payDay": {EN: "Pay day", ZH: "发薪日", UG: "مائاش تارقىتىش كۈنى"},
    "hours": {EN: "Hours", ZH: "工作时间", UG: "خىزمەت ۋاقتى"},
    "housing": {EN: "Housing", ZH: "住宿", UG: "ياتاق"},
    "deductions": {EN: "Deductions a month", ZH: "每月扣款", UG: "ئايلىق تۇتۇپ قېلىش"},
    "length": {EN: "Length of contract", ZH: "合同期限", UG: "توختام مۇددىتى"},
    "leaving": {EN: "Leaving", ZH: "离职", UG: "ئىشتىن ئايرىلىش"},
    "starts": {EN: "First day", ZH: "开始日期", UG: "باشلىنىش كۈنى"},
    "help": {EN: "Help outside the employer", ZH: "单位以外的求助方式", UG: "ئورۇن سىرتىدىن ياردەم"},
    "aid": {EN: "Aid of your household", ZH: "家庭救助待遇", UG: "ئائىلىڭىزنىڭ ياردەم پۇلى"},
}

PAY_DAY: Words = {EN: "day {day} of the following month", ZH: "次月{day}日", UG: "كېيىنكى ئاينىڭ {day}-كۈنى"}
HOURS: Words = {
    EN: "{start} to {end}, {hours} hours a week",
    ZH: "{start}至{end}，每周{hours}小时",
    UG: "{start} دىن {end} غىچە، ھەپتىدە {hours} سائەت",
}
LENGTH: Words = {EN: "{months} months", ZH: "{months}个月", UG: "{months} ئاي"}
LEAVING: Words = {
    EN: "You may leave at any time, at once and at no cost. The employer must give you {days} days' notice.",
    ZH: "您可以随时离职，立即生效，不需支付任何费用。单位辞退须提前{days}天通知您。",
    UG: "سىز خالىغان ۋاقىتتا دەرھال ۋە ھەقسىز ئىشتىن ئايرىلالايسىز. ئورۇن سىزگە {days} كۈن بۇرۇن ئۇقتۇرۇشى كېرەك.",
}
AID: Words = {
    EN: (
        "Saying no, or leaving, changes nothing in your household's aid. A wage changes it no sooner than after "
        "{months} months, and then step by step."
    ),
    ZH: ("拒绝或离职不影响家庭的任何待遇。工资在{months}个月之内不影响待遇，之后也只逐步调整。"),
    UG: (
        "رەت قىلىش ياكى ئىشتىن ئايرىلىش ئائىلىڭىزنىڭ ياردەم پۇلىغا تەسىر قىلمايدۇ. مائاش {months} ئاي ئىچىدە تەسىر "
        "قىلمايدۇ، كېيىنمۇ قەدەم-قەدەم تەڭشىلىدۇ."
    ),
}
AID_NOT_KNOWN: Words = {
    EN: "How much your household receives today is not known at this moment: your support officer can reckon it "
    "with you.",
    ZH: "目前无法读取您家现有待遇的金额，可请帮扶责任人与您一起测算。",
    UG: "ھازىرقى ياردەم پۇلىنىڭ سانى ھازىرچە مەلۇم ئەمەس، ياردەم مەسئۇلىڭىز بىلەن بىرگە ھېسابلىسىڭىز بولىدۇ.",
}
AID_NONE: Words = {
    EN: "Your household receives no monthly aid today.",
    ZH: "您家目前没有按月发放的待遇。",
    UG: "ئائىلىڭىز ھازىر ئايلىق ياردەم پۇلى ئالمايدۇ.",
}
AID_STAYS: Words = {
    EN: "{benefit}, {now} a month: a wage changes nothing in it.",
    ZH: "{benefit}，每月{now}：工资对其没有影响。",
    UG: "{benefit}، ئايدا {now}: مائاش بۇنىڭغا تەسىر قىلمايدۇ.",
}
AID_STEPS: Words = {
    EN: "{benefit}, {now} a month: stays so until {until}; then at least {steps}.",
    ZH: "{benefit}，每月{now}：{until}之前不变；之后不低于{steps}。",
    UG: "{benefit}، ئايدا {now}: {until} غىچە ئۆزگەرمەيدۇ؛ كېيىن ئاز دېگەندە {steps}.",
}
AID_STEP: Words = {EN: "{amount} from {day}", ZH: "{day}起{amount}", UG: "{day} دىن باشلاپ {amount}"}
BENEFITS: Mapping[str, Words] = {
    "SUBSISTENCE_ALLOWANCE": {EN: "Subsistence allowance", ZH: "低保", UG: "تۆۋەن تۇرمۇش كاپالەت پۇلى"},
    "PENSION": {EN: "Pension", ZH: "养老金", UG: "ياشانغانلار پېنسىيەسى"},
    "SUBSIDY": {EN: "Subsidy", ZH: "补贴", UG: "تولۇقلىما پۇل"},
}
OTHER_AID: Words = {EN: "Other aid", ZH: "其他待遇", UG: "باشقا ياردەم"}
HOUSING: Mapping[Housing, Words] = {
    Housing.NONE: {EN: "none: you live at home", ZH: "不提供，住在家中", UG: "يوق، ئۆيىڭىزدە تۇرىسىز"},
    Housing.FREE: {EN: "free, by the employer", ZH: "单位免费提供", UG: "ئورۇن ھەقسىز بېرىدۇ"},
}
DEDUCTION: Mapping[DeductionKind, Words] = {
    DeductionKind.SOCIAL_INSURANCE: {EN: "social insurance", ZH: "社会保险", UG: "ئىجتىمائىي سۇغۇرتا"},
    DeductionKind.INCOME_TAX: {EN: "income tax", ZH: "个人所得税", UG: "كىرىم بېجى"},
    DeductionKind.MEALS_CHOSEN: {EN: "meals you chose", ZH: "自选餐费", UG: "ئۆزىڭىز تاللىغان تاماق"},
}
NONE: Words = {EN: "none", ZH: "无", UG: "يوق"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`code`: the same in every language."""

    code: str
    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedTerms:
    """`words_given`: the words stand in this language too; otherwise they are shown as first written."""

    language: str
    hash: str
    words_given: bool
    lines: tuple[Line, ...]


def money(cents: int, currency: str) -> str:
    return f"{cents // 100}.{cents % 100:02d} {currency}"


def rendered(
    version: TermsVersion, language: str, *, taper_months: int, aid: Sequence[AidOutlook] | None = None
) -> RenderedTerms:
    """`language`: one of the product's. `aid` None: what the household receives is not known at this moment."""
    terms, text = version.terms, version.text_in(language)
    deductions = ", ".join(
        f"{DEDUCTION[item.kind][language]} {money(item.monthly_cents, terms.currency)}" for item in terms.deductions
    )
    values = {
        "employer": terms.employer_name,
        "workplace": terms.workplace.name if text is None else text.workplace,
        "task": terms.task if text is None else text.task,
        "wage": money(terms.monthly_wage_cents, terms.currency),
        "payDay": PAY_DAY[language].format(day=terms.pay_day),
        "hours": HOURS[language].format(
            start=_clock(terms.shift_from_minutes), end=_clock(terms.shift_to_minutes), hours=terms.weekly_hours
        ),
        "housing": HOUSING[terms.housing][language],
        "deductions": deductions or NONE[language],
        "length": LENGTH[language].format(months=terms.contract_months),
        "leaving": LEAVING[language].format(days=terms.notice_days),
        "starts": terms.starts_on.isoformat(),
        "help": terms.help_contact if text is None else text.help_contact,
        "aid": " ".join((AID[language].format(months=taper_months), *_aid(aid, language, terms.currency))),
    }
    return RenderedTerms(
        language=language,
        hash=version.hash,
        words_given=text is not None,
        lines=tuple(Line(code=code, label=LABELS[code][language], value=value) for code, value in values.items()),
    )


def _aid(aid: Sequence[AidOutlook] | None, language: str, currency: str) -> list[str]:
    if aid is None:
        return [AID_NOT_KNOWN[language]]
    if not aid:
        return [AID_NONE[language]]
    said: list[str] = []
    for one in aid:
        benefit, now = BENEFITS.get(one.benefit, OTHER_AID)[language], money(one.monthly_cents, currency)
        if one.unchanged_until is None:
            said.append(AID_STAYS[language].format(benefit=benefit, now=now))
            continue
        steps = ", ".join(
            AID_STEP[language].format(amount=money(step.at_least_cents, currency), day=step.begins_on.isoformat())
            for step in one.steps
        )
        until = one.unchanged_until.isoformat()
        said.append(AID_STEPS[language].format(benefit=benefit, now=now, until=until, steps=steps))
    return said


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
