"""What may never speak for or against a household: the closed list of sources, and words that no input may carry.

A feature set is data, so that a table from elsewhere can be used; these lists are code, so that data cannot widen
them. Names are compared word by word (`n_race` is banned, `trace` is not), labels by their words and, in Chinese, by
what they contain.
"""

from __future__ import annotations

import re

from chassis.errors import InvalidInput

SOURCES: tuple[str, ...] = (
    "register",
    "income",
    "history",
    "employment",
    "health_insurance",
    "disability",
    "education",
    "housing",
    "water",
    "emergency",
    "agriculture",
    "civil_affairs",
    "coping",
    "assets",
    "calendar",
)
"""Whose records a feature may come from. What each means: docs/likelihood.md."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Of a group that law or decency protects, or of what a person thinks or does in private.
_PROTECTED = _words(
    "sex gender female females male males woman women girl girls boy boys ethnic ethnicity ethnicities race races"
    " racial minority minorities nationality caste castes tribe tribes clan religion religions religious church mosque"
    " muslim christian buddhist hindu worship faith party parties political politics politician vote votes voted voter"
    " ideology attitude attitudes motivation obedience loyalty trustworthiness"
)
# Of what somebody dared to do, or of authorities that have no business here.
_HELD_AGAINST = _words(
    "refuse refused refusal refusals decline declined declines declining quit quits quitting resign resigned"
    " resignation resignations complaint complaints complained appeal appeals appealed grievance grievances petition"
    " petitions petitioned protest protests police arrest arrested detention detained crime criminal convicted prison"
    " imprisoned surveillance"
)
# Of who or where somebody is.
_WHEREABOUTS = _words(
    "surname firstname lastname fullname passport fingerprint fingerprints biometric biometrics dna voiceprint iris gps"
    " latitude longitude geolocation movement movements trajectory checkpoint imei email village villages township"
    " townships hamlet neighbourhood neighborhood region regions province provinces prefecture municipality county"
    " district districts postcode zipcode ubigeo department departamento"
)
_WHOLE = _words(
    "name names phone mobile telephone phone_number mobile_number id household_id hhid person_id national_id id_number"
    " area_code area_id area_path region_code lat lon lng address gps_lat gps_lon calls sms contacts"
)
_CHINESE = (
    *("性别", "女性", "男性", "民族", "族别", "宗教", "信仰", "党员", "政治面貌", "派别", "思想", "态度", "内生动力"),
    *("拒绝", "辞职", "离职意愿", "投诉", "申诉", "上访", "信访", "公安", "拘留", "犯罪", "前科", "姓名", "身份证"),
    *("手机号", "电话号码", "行踪", "轨迹", "定位", "指纹", "人脸", "村编码", "村名", "乡镇代码", "行政区划"),
)
_WORDS = _PROTECTED | _HELD_AGAINST | _WHEREABOUTS
# "Income decline" and "price movement" speak of money, not of what a person did.
_OF_MONEY = _words("income earnings price prices yield harvest crop output sales wage wages")
_TWO_SENSES = _words("decline declined declines declining movement movements")
_BOUNDARY = re.compile(r"[^0-9a-z]+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class FeatureBanned(InvalidInput):
    code = "FEATURE_BANNED"


class SourceNotAllowed(InvalidInput):
    code = "FEATURE_SOURCE_NOT_ALLOWED"


def words_of(text: str) -> tuple[str, ...]:
    return tuple(word for word in _BOUNDARY.split(_HUMP.sub(" ", text).lower()) if word)


def banned_word(name: str, *, is_label: bool = False) -> str | None:
    """The word for which a name is banned, or None. A label ("Owns a mobile phone") is held to fewer words."""
    words = words_of(name)
    of_money = not _OF_MONEY.isdisjoint(words)
    for word in words:
        if of_money and word in _TWO_SENSES:
            continue
        stem = word.rstrip("0123456789")
        if word in _WORDS or stem in _WORDS:
            return word
    whole = "_".join(words)
    if not is_label and whole in _WHOLE:
        return whole
    return next((word for word in _CHINESE if word in name), None)


def refuse_banned(feature: str, *, names: tuple[str, ...], labels: tuple[str, ...]) -> None:
    """Raises FeatureBanned when a name or label of the feature speaks of what must not count."""
    found = next((word for name in names if (word := banned_word(name)) is not None), None) or next(
        (word for label in labels if (word := banned_word(label, is_label=True)) is not None), None
    )
    if found is not None:
        raise FeatureBanned(
            f"Feature {feature!r} speaks of {found!r}: who or where somebody is, believes or has dared to do never"
            " counts. Take it out of the feature set.",
            field=feature,
        )


def refuse_source(feature: str, source: str) -> None:
    if source not in SOURCES:
        raise SourceNotAllowed(
            f"Feature {feature!r}: source {source!r} is none of {', '.join(SOURCES)}.", field=feature
        )
