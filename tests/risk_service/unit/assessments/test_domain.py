from __future__ import annotations

from dataclasses import replace

import pytest

from risk_service.assessments.domain import LikelihoodAgreement, OpenRisk, agreement, recommend
from risk_service.assessments.labels import note, told
from risk_service.policy.domain import AlertLevel, LikelihoodBand, MeasureType, RiskFactor
from tests.risk_service.factories import default_pack


def types(*risks: OpenRisk, band: LikelihoodBand | None = None) -> list[MeasureType]:
    return [one.type for one in recommend(default_pack(), risks=risks, band=band)]


YELLOW = OpenRisk(factor=RiskFactor.ILLNESS, level=AlertLevel.YELLOW)
RED = OpenRisk(factor=RiskFactor.ILLNESS, level=AlertLevel.RED)


def test_an_illness_risk_is_answered_with_health_and_safety_net_measures() -> None:
    assert types(YELLOW) == [MeasureType.HEALTH_AID]
    assert types(RED) == [MeasureType.HEALTH_AID, MeasureType.TEMPORARY_RELIEF, MeasureType.ANTI_POVERTY_INSURANCE]


def test_the_likelihood_adds_its_own_and_repeats_nothing() -> None:
    assert types(RED, band=LikelihoodBand.HIGH) == [
        MeasureType.HEALTH_AID,
        MeasureType.TEMPORARY_RELIEF,
        MeasureType.ANTI_POVERTY_INSURANCE,
        MeasureType.SUBSISTENCE_ALLOWANCE,
        MeasureType.PUBLIC_WELFARE_POST,
    ]
    assert types(band=LikelihoodBand.MEDIUM) == [MeasureType.SKILLS_TRAINING, MeasureType.JOB_REFERRAL]


def test_without_a_warning_and_with_a_low_likelihood_nothing_is_recommended() -> None:
    assert types(band=LikelihoodBand.LOW) == []
    assert types() == []


def test_a_factor_the_policy_says_nothing_about_brings_nothing() -> None:
    pack = default_pack()
    silent = replace(pack, measures=tuple(one for one in pack.measures if one.factor is not RiskFactor.DISASTER))
    assert recommend(silent, risks=[OpenRisk(factor=RiskFactor.DISASTER, level=AlertLevel.RED)], band=None) == ()


def test_every_factor_has_something_to_offer_at_both_levels() -> None:
    for factor in RiskFactor:
        for level in (AlertLevel.YELLOW, AlertLevel.RED):
            assert types(OpenRisk(factor=factor, level=level)), (factor, level)


def test_each_recommendation_says_what_it_answers_to() -> None:
    found = recommend(default_pack(), risks=[RED], band=LikelihoodBand.HIGH)
    assert [(one.factor, one.level, one.band) for one in found[:1] + found[-1:]] == [
        (RiskFactor.ILLNESS, AlertLevel.RED, None),
        (None, AlertLevel.NONE, LikelihoodBand.HIGH),
    ]


@pytest.mark.parametrize(
    ("level", "band", "said"),
    [
        (AlertLevel.NONE, LikelihoodBand.LOW, LikelihoodAgreement.AGREE),
        (AlertLevel.NONE, LikelihoodBand.MEDIUM, LikelihoodAgreement.AGREE),
        (AlertLevel.NONE, LikelihoodBand.HIGH, LikelihoodAgreement.LIKELIHOOD_HIGHER),
        (AlertLevel.YELLOW, LikelihoodBand.LOW, LikelihoodAgreement.LEVEL_HIGHER),
        (AlertLevel.YELLOW, LikelihoodBand.MEDIUM, LikelihoodAgreement.AGREE),
        (AlertLevel.RED, LikelihoodBand.MEDIUM, LikelihoodAgreement.LEVEL_HIGHER),
        (AlertLevel.RED, LikelihoodBand.HIGH, LikelihoodAgreement.AGREE),
    ],
)
def test_where_rules_and_model_disagree_it_is_said(
    level: AlertLevel, band: LikelihoodBand, said: LikelihoodAgreement
) -> None:
    assert agreement(level, band) is said
    assert told(said, "en") != told(said, "zh-CN")


def test_the_words_travel_in_both_languages() -> None:
    assert note("en").startswith("These are the model's reasons, not the cause.")
    assert note("zh-CN").startswith("模型依据,并非真实原因")
