"""Arabic in its own script, hamza and last letters as they come, and in Latin letters with the vowels of the ear."""

from __future__ import annotations

import random
from functools import partial

from benchmarks.varied.tongues.tongue import Named, Tongue, drawn, rendered, words

_MEN = (
    "محمد أحمد علي حسن حسين إبراهيم يوسف عمر خالد عبدالله مصطفى محمود سعيد سالم طارق ياسر كريم سمير جمال فيصل ناصر "
    "عبدالرحمن أنور زياد وليد هشام إسماعيل بلال رامي صالح"
)
_WOMEN = (
    "فاطمة عائشة مريم خديجة زينب نورة سارة ليلى هدى أمينة سلمى سعاد رقية حنان منى إيمان أسماء نادية سميرة ريم هالة "
    "جميلة نجاة وفاء لطيفة"
)
_FAMILIES = (
    "الهاشمي التميمي البغدادي الشامي القرشي الأندلسي المصري الحلبي الفاسي الزهراني العتيبي الحربي الغامدي القحطاني "
    "المالكي الأنصاري النجار الحداد الخطيب الصباغ العطار الشريف الراوي الدليمي الجبوري السامرائي الكناني البصري "
    "الموصلي الحمصي النابلسي الخليلي الغزالي اليمني العدني الصنعاني الطرابلسي الصفاقسي التونسي المراكشي الوزاني "
    "الإدريسي العلوي بوزيد منصور حمدان سليمان عثمان جابر شاهين قاسم درويش"
)
_PLACES = ("دمشق", "حلب", "بغداد", "تونس", "فاس", "البصرة", "طنجة", "صفاقس", "نابلس", "إربد", "الخليل", "وهران")
_VOWELS = {
    "محمد": "Mohammed|Muhammad|Mohamed|Mohamad", "أحمد": "Ahmed|Ahmad", "علي": "Ali|Aly", "حسن": "Hassan|Hasan",
    "حسين": "Hussein|Hussain|Husayn", "إبراهيم": "Ibrahim|Ebrahim", "يوسف": "Youssef|Yusuf|Yousef|Yousuf",
    "عمر": "Omar|Umar", "خالد": "Khaled|Khalid", "عبدالله": "Abdullah|Abdallah|Abdulla", "مصطفى": "Mustafa|Moustafa",
    "محمود": "Mahmoud|Mahmud", "سعيد": "Said|Saeed|Saïd", "سالم": "Salem|Salim", "طارق": "Tarek|Tariq|Tareq",
    "ياسر": "Yasser|Yasir", "كريم": "Karim|Kareem", "سمير": "Samir|Sameer", "جمال": "Jamal|Gamal|Djamal",
    "فيصل": "Faisal|Faysal", "ناصر": "Nasser|Nasir", "عبدالرحمن": "Abdulrahman|Abdelrahman|Abderrahmane",
    "أنور": "Anwar|Anouar", "زياد": "Ziad|Ziyad", "وليد": "Walid|Waleed", "هشام": "Hisham|Hicham|Hesham",
    "إسماعيل": "Ismail|Ismael", "بلال": "Bilal|Bilel", "رامي": "Rami|Ramy", "صالح": "Saleh|Salah|Salih",
    "فاطمة": "Fatima|Fatma|Fatimah", "عائشة": "Aisha|Aicha|Ayesha", "مريم": "Maryam|Mariam|Meriem",
    "خديجة": "Khadija|Khadijah|Khadidja", "زينب": "Zainab|Zeinab|Zaynab", "نورة": "Noura|Nora|Nourah",
    "سارة": "Sara|Sarah", "ليلى": "Layla|Leila|Laila", "هدى": "Huda|Houda|Hoda", "أمينة": "Amina|Aminah",
    "سلمى": "Salma|Selma", "سعاد": "Souad|Suad", "رقية": "Ruqayya|Rokaya|Roqaya", "حنان": "Hanan|Hanane",
    "منى": "Mona|Muna", "إيمان": "Iman|Eman|Imane", "أسماء": "Asma|Asmaa", "نادية": "Nadia|Nadya",
    "سميرة": "Samira|Sameera", "ريم": "Reem|Rim", "هالة": "Hala|Halah", "جميلة": "Jamila|Djamila|Gamila",
    "نجاة": "Najat|Nagat", "وفاء": "Wafa|Wafaa", "لطيفة": "Latifa|Lateefa", "بوزيد": "Bouzid|Bouzeid",
    "منصور": "Mansour|Mansoor|Mansur", "حمدان": "Hamdan|Hemdan", "سليمان": "Sulaiman|Soliman|Suleiman",
    "عثمان": "Othman|Osman|Uthman", "جابر": "Jaber|Gaber|Jabir", "شاهين": "Shahin|Shaheen|Chahine",
    "قاسم": "Qasim|Kassem|Qassem", "درويش": "Darwish|Darwich",
}  # fmt: skip
_SOUNDS = [
    (sign, forms)
    for sign, forms in {
        "ال": "al", "أ": "a", "إ": "i", "ا": "a", "ب": "ba|b", "ت": "t|ta", "ث": "th", "ج": "ja|j|g", "ح": "ha|h",
        "خ": "kha|kh", "د": "da|d", "ذ": "dh", "ر": "ra|r", "ز": "za|z", "س": "sa|s", "ش": "sha|sh|ch", "ص": "sa|s",
        "ض": "da|d", "ط": "ta|t", "ظ": "z", "ع": "a", "غ": "gha|gh", "ف": "fa|f", "ق": "qa|q|k", "ك": "ka|k",
        "ل": "la|l", "م": "ma|m", "ن": "na|n", "ه": "h", "و": "ou|u|w", "ي": "i", "ى": "a", "ة": "a|ah", "ء": "",
        "ئ": "i",
    }.items()
]  # fmt: skip


def _careful(named: Named, rng: random.Random) -> tuple[str, str]:
    given = named.given
    if rng.random() < 0.25 and given.startswith("عبدال"):
        given = f"عبد {given[3:]}"
    return given, named.family


def _careless(named: Named, rng: random.Random) -> tuple[str, str]:
    """Hamza left out, ta marbuta as ha, ya without dots, stretched letters, the article left out."""
    given, family = _careful(named, rng)
    whole = f"{given}|{family}"
    if rng.random() < 0.6:
        whole = whole.replace("أ", "ا").replace("إ", "ا")
    if rng.random() < 0.4:
        whole = whole.replace("ة", "ه")
    if rng.random() < 0.3:
        whole = whole.replace("ي|", "ى|")
        whole = whole[:-1] + "ى" if whole.endswith("ي") else whole
    if rng.random() < 0.1:
        whole = whole[:2] + "ـ" + whole[2:]
    given, _, family = whole.partition("|")
    if rng.random() < 0.1:
        family = family.removeprefix("ال")
    return given, family


def _latin(named: Named, rng: random.Random, *, hyphen: float) -> tuple[str, str]:
    given = rng.choice(_VOWELS[named.given].split("|"))
    if named.family in _VOWELS:
        return given, rng.choice(_VOWELS[named.family].split("|"))
    bare = named.family.removeprefix("ال")
    family = rendered(bare, _SOUNDS, rng).capitalize()
    article = rng.choice(("Al", "El"))
    return given, f"{article}-{family}" if rng.random() < hyphen else f"{article}{family.lower()}"


_DRAW = drawn(_MEN, _WOMEN, _FAMILIES)
_LATIN_PLACES = words("Damascus Aleppo Baghdad Tunis Fes Basra Tangier Sfax Nablus Irbid Hebron Oran")
_PLACE_IN_LATIN = dict(zip(_PLACES, _LATIN_PLACES, strict=True))
ARABIC = Tongue(name="arabic", draw=_DRAW, places=_PLACES, left=_careful, right=_careless)
ARABIC_IN_LATIN = Tongue(
    name="arabic beside latin",
    draw=_DRAW,
    places=_PLACES,
    left=_careful,
    right=partial(_latin, hyphen=0.6),
    right_place=_PLACE_IN_LATIN.__getitem__,
)
LATIN_ARABIC = Tongue(
    name="arabic in latin twice",
    draw=_DRAW,
    places=tuple(_PLACE_IN_LATIN.values()),
    left=partial(_latin, hyphen=0.3),
    right=partial(_latin, hyphen=0.8),
)
TONGUES = (ARABIC, ARABIC_IN_LATIN, LATIN_ARABIC)
