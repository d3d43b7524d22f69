"""The questions of a follow-up in the worker's language, asked without the employer present."""

from __future__ import annotations

from collections.abc import Mapping

from employment_service.terms.rendering import EN, UG, ZH, Words

QUESTIONS: Mapping[str, Words] = {
    "wagesOnTime": {
        EN: "Did your wages come on time?",
        ZH: "工资按时到账了吗？",
        UG: "مائاشىڭىز ۋاقتىدا تارقىتىلدىمۇ؟",
    },
    "documentsWithMe": {
        EN: "Are your identity papers with you?",
        ZH: "您的证件在您自己手里吗？",
        UG: "كىملىكىڭىز ئۆز قولىڭىزدىمۇ؟",
    },
    "freeToLeave": {
        EN: "Can you leave the place, and the job, when you like?",
        ZH: "您可以随时外出、随时离职吗？",
        UG: "خالىغان ۋاقىتتا سىرتقا چىقالامسىز، ئىشتىن ئايرىلالامسىز؟",
    },
    "paidAFee": {
        EN: "Did you pay anybody for this job?",
        ZH: "为了这份工作您付过钱吗？",
        UG: "بۇ خىزمەت ئۈچۈن پۇل تۆلىدىڭىزمۇ؟",
    },
    "weeklyHours": {
        EN: "How many hours did you work last week? You need not say.",
        ZH: "上周工作了多少小时？可以不回答。",
        UG: "ئالدىنقى ھەپتە قانچە سائەت ئىشلىدىڭىز؟ جاۋاب بەرمىسىڭىزمۇ بولىدۇ.",
    },
    "wantsContact": {
        EN: "Shall somebody from outside the company call you?",
        ZH: "需要单位以外的人联系您吗？",
        UG: "ئورۇن سىرتىدىكى بىرسى سىز بىلەن ئالاقىلاشسۇنمۇ؟",
    },
}
