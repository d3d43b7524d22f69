"""What changes between two packs, in sentences an officer understands. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from risk_service.policy.domain import PolicyPack
from risk_service.policy.factors import LocalText
from risk_service.policy.sayings import Consequence, Saying, condition_rules, sayings

_SHRINKING = {
    Consequence.NONE: "",
    Consequence.FEWER: "more households are warned",
    Consequence.MORE: "fewer households are warned",
    Consequence.LATER: "there is less time",
}


def differences(before: PolicyPack, after: PolicyPack) -> tuple[str, ...]:
    """One sentence each: head, figures, texts, calendar. Empty: both say the same under the same name."""
    return (*_head(before, after), *_figures(before, after), *_texts(before, after), *_calendar(before, after))


def _head(before: PolicyPack, after: PolicyPack) -> Iterator[str]:
    pairs = (
        ("The pack", before.label, after.label),
        ("The area", before.area_path or "everywhere", after.area_path or "everywhere"),
        ("The first day", str(before.effective_from), str(after.effective_from)),
        ("The last day", _until(before), _until(after)),
        ("The approver", before.approved_by, after.approved_by),
        ("The day of approval", str(before.approved_on), str(after.approved_on)),
        ("The currency", before.currency, after.currency),
        ("The time zone", before.time_zone, after.time_zone),
    )
    for what, old, new in pairs:
        if old != new:
            yield f"{what} was {old} and becomes {new}."


def _until(pack: PolicyPack) -> str:
    return str(pack.effective_until or "open")


def _figures(before: PolicyPack, after: PolicyPack) -> Iterator[str]:
    old = {one.name: one for one in sayings(before)}
    new = {one.name: one for one in sayings(after)}
    for name in dict.fromkeys([*old, *new]):
        if name not in new:
            yield f"{_named(old[name])} {old[name].value}: no longer said."
        elif name not in old:
            yield f"{_named(new[name])} {new[name].value}: new."
        elif old[name].value != new[name].value:
            yield _changed(old[name], new[name])


def _changed(old: Saying, new: Saying) -> str:
    sentence = f"{_named(new)} {old.value} becomes {new.value}"
    if old.number is None or new.number is None or new.growing is Consequence.NONE:
        return f"{sentence}."
    follows = new.growing.value if new.number > old.number else _SHRINKING[new.growing]
    return f"{sentence}: {follows}."


def _named(saying: Saying) -> str:
    return f"{saying.about}: {saying.what.partition(' …')[0]}"


def _texts(before: PolicyPack, after: PolicyPack) -> Iterator[str]:
    old, new = _told(before), _told(after)
    for name in dict.fromkeys([*old, *new]):
        if old.get(name, ()) and new.get(name, ()) and old[name] != new[name]:
            locales = sorted({one.locale for one in {*old[name]} ^ {*new[name]}})
            yield f"{name}: the words a household reads change ({', '.join(locales)})."


def _told(pack: PolicyPack) -> dict[str, tuple[LocalText, ...]]:
    """The words themselves, before figures are filled in."""
    found = {f"{rule.factor} costs {rule.span.effective_from or ''}".strip(): rule.texts for rule in pack.rules}
    for factor, rules in condition_rules(pack):
        found |= {f"{factor} {rule.span.effective_from or ''}".strip(): rule.texts for rule in rules}
    return found


def _calendar(before: PolicyPack, after: PolicyPack) -> Iterator[str]:
    old, new = before.calendar, after.calendar
    for what, was, now in (("closed", old.closed, new.closed), ("worked", old.worked, new.worked)):
        if added := sorted(now - was):
            yield f"calendar: {len(added)} more {what} days, the first {added[0]}."
        if gone := sorted(was - now):
            yield f"calendar: {len(gone)} {what} days fewer, the first {gone[0]}."
    if old.known_until != new.known_until:
        yield f"calendar: known until {old.known_until} becomes {new.known_until}."
