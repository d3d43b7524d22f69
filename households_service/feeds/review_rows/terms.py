"""What the values of a record's course mean to who reads the graph."""

from __future__ import annotations

from chassis.graph import described_enum
from households_service.feeds.departments import EventType
from households_service.feeds.domain import LinkRule, ReviewReason, RowStatus
from households_service.identities.decisions import Finding, LinkOutcome
from households_service.identities.sketches import Agreement, LinkField

described_enum(
    RowStatus,
    name="DepartmentRowStatus",
    description="What became of one version of a record.",
    values={
        RowStatus.LINKED: "It counts for whom it is about.",
        RowStatus.IN_REVIEW: "It waits for a person; nothing happens until then.",
        RowStatus.REJECTED_IN_REVIEW: "A person decided that it is about nobody here.",
        RowStatus.SUPERSEDED: "A later version came in.",
        RowStatus.UNLINKED: "It was linked once, and a person undid that; a later version waits or was linked anew.",
    },
)
described_enum(
    ReviewReason,
    description="Why a record waits for a person.",
    values={
        ReviewReason.UNKNOWN_PERSON: "Nobody registered comes into question.",
        ReviewReason.AMBIGUOUS_PERSON: "Several members of the household named fit alike.",
        ReviewReason.IDENTIFIERS_DISAGREE: "One identifier names somebody whom another one contradicts.",
        ReviewReason.NOT_ENOUGH_IDENTIFIERS: "What is given fits too many people.",
        ReviewReason.OTHER_PERSON_THAN_CORRECTED: "It names another person than the record it corrects.",
        ReviewReason.CORRECTED_ROW_IN_REVIEW: "The record it corrects waits itself.",
        ReviewReason.LIKELY_PERSON: "Weighed field by field: somebody comes into question, but not surely enough.",
        ReviewReason.JUDGED_DIFFERENT: "Whom it would be linked to was judged by a person to be somebody else.",
        ReviewReason.LINK_UNDONE: "It was linked, and a person undid that.",
    },
)
described_enum(
    LinkRule,
    description="By what a record found whom it is about.",
    values={
        LinkRule.ID_NUMBER: "The exact ID number, and nothing contradicts.",
        LinkRule.HOUSEHOLD_AND_NAME: "The household's code and the exact name.",
        LinkRule.HOUSEHOLD_AND_BIRTH_DATE: "The household's code and the date of birth.",
        LinkRule.SAME_AS_BEFORE: "A new version that says of its person what the linked one said.",
        LinkRule.DECIDED_BY_PERSON: "A person decided in review, or by a merge or split of members.",
        LinkRule.AS_CORRECTED: "A withdrawal that names nobody is about whom the record it takes back is about.",
        LinkRule.LINKAGE: "Weighed field by field: the odds reach the model's threshold, and nothing contradicts.",
        LinkRule.PLACE: "About a supply point or an area, by its registered number.",
    },
)
described_enum(
    LinkField,
    name="LinkField",
    description="One line of the waterfall.",
    values={
        LinkField.FIRST_NAME: "The first part of the name: own or given name.",
        LinkField.LAST_NAME: "The last part of the name: father's or family name.",
        LinkField.ID_NUMBER: "CLOSE: one slip away.",
        LinkField.DATE_OF_BIRTH: "CLOSE: one digit, or day and month the other way round, or the year alone.",
        LinkField.VILLAGE: "CLOSE: the same township.",
        LinkField.HOUSEHOLD: "The household's code, where a registered household carries it.",
        LinkField.SAME_HOUSEHOLD_IN_BATCH: (
            "Rows of the batch that name one household found members of this person's, or of another household."
        ),
        LinkField.OTHER_CANDIDATES: "What speaks for others speaks against this one.",
        LinkField.PRIOR: (
            "How likely any registered person is before anything is compared, less what relatives, neighbours and"
            " namesakes share with this one: the more a record says that they share too, the more is taken off."
        ),
    },
)
described_enum(
    Agreement,
    name="LinkAgreement",
    description="How far a field of the record agrees with the registered person's.",
    values={
        Agreement.SAME: "As far as two can: a name may be in another script.",
        Agreement.CLOSE: "Another spelling, one slip, or a part of it.",
        Agreement.DIFFERENT: "It speaks against this person.",
        Agreement.NOT_GIVEN: "One of the two does not say; or the line compares nothing.",
    },
)
described_enum(
    LinkOutcome,
    description="What weighing came to.",
    values={
        LinkOutcome.AUTO: "Linked by itself.",
        LinkOutcome.REVIEW: "Put before a person.",
    },
)
described_enum(
    Finding,
    name="LinkFinding",
    description="What a person found of an automatic link.",
    values={
        Finding.RIGHT: "This person is meant.",
        Finding.WRONG: "Somebody else is meant: the link is undone.",
        Finding.UNSURE: "It stays linked, and counts as neither right nor wrong.",
    },
)
described_enum(
    EventType,
    name="DepartmentEventType",
    values={
        EventType.REIMBURSEMENT: "Money paid back on an earlier record: negative, and it names what it corrects.",
        EventType.WITHDRAWAL: "The record it names was sent in error: as if it had never come, but for its trace.",
    },
)
