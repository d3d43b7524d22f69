"""Invented people of several countries, each with several records that were written down badly.

For seeing that the linkage engine is not made for one file: how often a value is missing, mistyped, shortened or
replaced, how many records a person has and how alike families are differ from set to set. All from a seed.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

NICKNAMES = {
    "william": "bill will wm billy", "robert": "bob rob robt", "thomas": "tom thos tommy", "john": "jack jno johnny",
    "james": "jim jas jamie", "charles": "charlie chas", "george": "geo georgie", "henry": "harry hal", "edward": "ted ned edw",
    "richard": "dick richd", "joseph": "joe jos", "samuel": "sam saml", "elizabeth": "liz betty bess eliza", "mary": "polly molly may",
    "margaret": "maggie peggy", "catherine": "kate kitty", "sarah": "sally", "ann": "annie nancy", "alexander": "alex sandy",
    "frederick": "fred fredk", "benjamin": "ben", "daniel": "dan", "francis": "frank", "dorothy": "dolly", "hannah": "annie",
}  # fmt: skip
ENGLISH_MALE = (
    "william john thomas james george charles henry robert joseph edward richard samuel alfred frederick arthur walter albert "
    "harry david ernest francis daniel benjamin frank herbert peter alexander hugh edmund philip ralph simon stephen matthew "
    "nicholas anthony andrew michael patrick oliver lawrence roger gilbert humphrey augustus reginald cuthbert theodore"
).split()
ENGLISH_FEMALE = (
    "mary elizabeth sarah ann jane margaret alice ellen emma hannah martha eliza harriet annie charlotte catherine caroline "
    "emily susan maria louisa frances florence ada edith dorothy agnes rose clara lucy isabella rachel rebecca fanny amelia "
    "esther grace matilda beatrice constance winifred gertrude lydia julia anne helen"
).split()
SURNAME_STARTS = (
    "ash black brad brom burn cal chad clif col crom dar den down dun east elm fair farn gar gold green hal ham har hart hath "
    "haw hol horn hunt kel ken kirk lang lind lock long mar mel mid mil mor nor oak old park pem pres rad red rich rock row rush "
    "salt sand shel sher sim south stan sted stock strat sud sut thorn tre up wal ward wat west whit wil wind wood wy york"
).split()
SURNAME_ENDS = (
    "ton ley ford ham worth bury field wood well man wick by den ington combe stead more son er s land brook shaw hurst ridge bourne"
).split()
COMMON_SURNAMES = (
    "smith jones taylor brown williams wilson johnson davies robinson wright thompson evans walker white roberts green hall "
    "wood jackson clarke clark harris lewis turner baker cooper ward hill moore king"
).split()
PLACE_STARTS = (
    "nor sud brad leek ash wen col mil hart ley king bas dor chel win bar hal ux mar pen tor lan car dun fal ex bath ply hol "
    "step stoke thorn whit black long great little upper"
).split()
PLACE_ENDS = (
    "wich bury ford ton mouth pool chester ham minster stead hampton field combe bridge port well dale gate".split()
)
OCCUPATIONS = (
    "politician writer painter engineer clergyman cricketer farmer soldier army officer naval officer lawyer judge physician surgeon actor "
    "composer musician singer merchant banker architect botanist chemist historian philosopher poet novelist journalist "
    "printer publisher teacher sculptor engraver photographer explorer astronomer mathematician brewer miner weaver"
)
OCCUPATION_LIST = [
    word.replace("_", " ")
    for word in OCCUPATIONS.replace("army officer", "army_officer").replace("naval officer", "naval_officer").split()
]
SPANISH = (
    "josé juan antonio francisco manuel luis pedro miguel rafael ángel carlos javier fernando ramón andrés joaquín vicente sergio"
    " iñigo martín jesús tomás".split(),
    "maría carmen josefa isabel dolores ana francisca pilar teresa concepción rosa lucía inés elena ángeles mercedes begoña".split(),
    "garcía gonzález rodríguez fernández lópez martínez sánchez pérez gómez martín jiménez ruiz hernández díaz moreno muñoz álvarez romero"
    " alonso gutiérrez navarro torres domínguez vázquez ramos gil ramírez serrano blanco molina ortega castro rubio núñez iglesias peña".split(),
)
GERMAN = (
    "johann hans karl friedrich wilhelm heinrich otto hermann paul georg ernst franz josef jürgen günther wolfgang klaus jörg götz".split(),
    "anna maria margarethe elisabeth helene gertrud ursula käthe hedwig frieda luise emma johanna ilse grete jutta bärbel".split(),
    "müller schmidt schneider fischer weber meyer wagner becker schulz hoffmann schäfer koch bauer richter klein wolf schröder neumann"
    " schwarz zimmermann braun krüger hofmann hartmann lange schmitt werner krause meier lehmann köhler jäger vogel böhm groß weiß".split(),
)
TURKISH = (
    "mehmet mustafa ahmet ali hüseyin hasan ibrahim ismail osman yusuf murat ömer ramazan halil süleyman abdullah mahmut salih".split(),
    "fatma ayşe emine hatice zeynep elif meryem şerife zehra sultan hanife merve havva zeliha esra özlem gülsüm".split(),
    "yılmaz kaya demir çelik şahin yıldız yıldırım öztürk aydın özdemir arslan doğan kılıç aslan çetin kara koç kurt özkan şimşek"
    " polat korkmaz çakır erdoğan bulut ateş güneş taş aksoy ünal".split(),
)
POLISH = (
    "jan stanisław andrzej józef tadeusz jerzy zbigniew krzysztof henryk ryszard kazimierz marek marian piotr łukasz wojciech".split(),
    "maria krystyna anna barbara teresa elżbieta janina zofia jadwiga danuta halina irena ewa małgorzata helena grażyna".split(),
    "nowak kowalski wiśniewski wójcik kowalczyk kamiński lewandowski zieliński szymański woźniak dąbrowski kozłowski jankowski mazur"
    " krawczyk piotrowski grabowski pawłowski michalski król wieczorek wróbel jabłoński dudek majewski stępień malinowski".split(),
)
LOCAL_PLACES = (
    "burg berg ville stad grad abad polis ova dorf heim holm vik mira sela nova torre casa puerto monte valle".split()
)


@dataclass(slots=True)
class Wear:
    """How badly records were written: chances per value."""

    missing: float = 0.10
    typo: float = 0.10
    nickname: float = 0.10
    initial: float = 0.03
    swapped: float = 0.02
    other_place: float = 0.05
    date_vague: float = 0.08
    date_slip: float = 0.08
    other_job: float = 0.15
    new_surname: float = 0.02
    accents_lost: float = 0.0


@dataclass(slots=True, kw_only=True)
class VariedSet:
    name: str
    kinds: dict[str, str]
    columns: dict[str, list[str | None]]
    person: list[int]
    notes: str = ""
    truth: set[tuple[int, int]] = field(default_factory=set)


def typo(text: str, rng: random.Random) -> str:
    if len(text) < 3:
        return text
    place = rng.randrange(len(text))
    kind = rng.random()
    letters = "abcdefghijklmnopqrstuvwxyz" if not text[place].isdigit() else "0123456789"
    if kind < 0.3:
        return text[:place] + rng.choice(letters) + text[place + 1 :]
    if kind < 0.55:
        return text[:place] + text[place + 1 :]
    if kind < 0.75 and place + 1 < len(text):
        return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    if kind < 0.88:
        return text[:place] + rng.choice(letters) + text[place:]
    for wrong, right in (
        ("m", "rn"),
        ("ei", "ie"),
        ("ck", "k"),
        ("ll", "l"),
        ("ph", "f"),
        ("y", "ie"),
        ("th", "t"),
        ("o", "0"),
    ):
        if wrong in text:
            return text.replace(wrong, right, 1)
    return text[:place] + text[place:] + text[-1]


def without_accents(text: str) -> str:
    import unicodedata

    plain = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return plain.replace("ł", "l").replace("ı", "i").replace("ß", "ss")


def _records(rng: random.Random, mean: float, most: int) -> int:
    return max(1, min(most, round(rng.expovariate(1 / mean))))


def _english(rng: random.Random) -> tuple[Callable[[], str], Callable[[str], str], list[str]]:
    pool = sorted({a + b for a in SURNAME_STARTS for b in SURNAME_ENDS})
    rng.shuffle(pool)
    surnames = COMMON_SURNAMES * 8 + pool[:900]

    def given(sex: str) -> str:
        names = ENGLISH_MALE if sex == "male" else ENGLISH_FEMALE
        return names[min(int(rng.expovariate(1 / 10)), len(names) - 1)]

    return lambda: rng.choice(surnames), given, [a + b for a in PLACE_STARTS for b in PLACE_ENDS]


def _foreign(
    rng: random.Random, people: tuple[list[str], list[str], list[str]]
) -> tuple[Callable[[], str], Callable[[str], str], list[str]]:
    men, women, families = people

    def given(sex: str) -> str:
        names = men if sex == "male" else women
        name = names[min(int(rng.expovariate(1 / 7)), len(names) - 1)]
        return f"{name} {rng.choice(names)}" if rng.random() < 0.15 else name

    def family() -> str:
        one = families[min(int(rng.expovariate(1 / 15)), len(families) - 1)]
        return f"{one} {rng.choice(families)}" if people is SPANISH else one

    return family, given, [a + b for a in PLACE_STARTS[:20] for b in LOCAL_PLACES]


def varied_set(
    name: str,
    *,
    people: str,
    persons: int,
    records: float,
    most_records: int,
    wear: Wear,
    seed: int,
    full_name: bool = False,
    leave_out: frozenset[str] = frozenset(),
    family_share: float = 0.3,
) -> VariedSet:
    """`family_share`: persons that have the surname and the place of another one and a similar age."""
    rng = random.Random(seed)
    nation = {"spanish": SPANISH, "german": GERMAN, "turkish": TURKISH, "polish": POLISH}.get(people)
    family, given, places = _english(rng) if nation is None else _foreign(rng, nation)
    postcodes = {place: f"{place[:2]}{rng.randint(1, 29)}" for place in places}
    rows: list[dict[str, str | None]] = []
    owner: list[int] = []
    last: tuple[str, str, str, int] | None = None
    for person in range(persons):
        sex = "male" if rng.random() < 0.6 else "female"
        if last is not None and rng.random() < family_share:
            surname, place, code, year = last
            year += rng.randint(-8, 8) if rng.random() < 0.7 else 28
        else:
            surname, place, year = (
                family(),
                rng.choice(places),
                rng.randint(1780, 1905) if nation is None else rng.randint(1930, 2000),
            )
            code = f"{postcodes[place]} {rng.randint(1, 9)}{rng.choice('abdefghjlnpqrstuwxyz')}{rng.choice('abdefghjlnpqrstuwxyz')}"
        last = (surname, place, code, year)
        first, month, day = given(sex), rng.randint(1, 12), rng.randint(1, 28)
        job, second = rng.choice(OCCUPATION_LIST), rng.choice(OCCUPATION_LIST)
        for _ in range(_records(rng, records, most_records)):
            rows.append(
                _record(
                    rng,
                    wear,
                    first,
                    surname,
                    sex,
                    (year, month, day),
                    place,
                    code,
                    job,
                    second,
                    family,
                    places,
                    nation is None,
                )
            )
            owner.append(person)
    order = list(range(len(rows)))
    rng.shuffle(order)
    kinds = {"first_name": "given name", "surname": "family name", "dob": "date of birth", "birth_place": "place",
             "postcode": "postcode", "gender": "sex", "occupation": "occupation"}  # fmt: skip
    if full_name:
        for row in rows:
            row["full_name"] = " ".join(part for part in (row["first_name"], row["surname"]) if part) or None
        kinds = {"full_name": "full name"} | {key: kind for key, kind in kinds.items() if "name" not in kind}
    kinds = {key: kind for key, kind in kinds.items() if key not in leave_out}
    columns = {key: [rows[at][key] for at in order] for key in kinds}
    made = VariedSet(name=name, kinds=kinds, columns=columns, person=[owner[at] for at in order])
    groups: dict[int, list[int]] = {}
    for at, who in enumerate(made.person):
        groups.setdefault(who, []).append(at)
    made.truth = {(a, b) for group in groups.values() for i, a in enumerate(group) for b in group[i + 1 :]}
    return made


def _record(
    rng: random.Random,
    wear: Wear,
    first: str,
    surname: str,
    sex: str,
    born: tuple[int, int, int],
    place: str,
    code: str,
    job: str,
    second: str,
    family: Callable[[], str],
    places: list[str],
    english: bool,
) -> dict[str, str | None]:
    year, month, day = born
    if rng.random() < wear.nickname and first in NICKNAMES:
        first = rng.choice(NICKNAMES[first].split())
    if rng.random() < wear.initial:
        first = first[0]
    if rng.random() < wear.new_surname and sex == "female":
        surname = family()
    if rng.random() < wear.typo:
        first = typo(first, rng)
    if rng.random() < wear.typo:
        surname = typo(surname, rng)
    if rng.random() < wear.swapped:
        first, surname = surname, first
    if rng.random() < wear.accents_lost:
        first, surname = without_accents(first), without_accents(surname)
    if rng.random() < wear.date_slip:
        year, month, day = rng.choice(
            [
                (year + rng.choice((-1, 1, 10, -10)), month, day),
                (year, day, month),
                (year, month, max(1, min(28, day + rng.choice((-1, 1, 10, -10))))),
                (year, rng.randint(1, 12), day),
            ]
        )
    dob = f"{year:04}-{month:02}-{day:02}"
    if rng.random() < wear.date_vague:
        dob = f"{year:04}-01-01" if english else f"{year:04}"
    if rng.random() < wear.other_place:
        place = rng.choice(places)
    if rng.random() < wear.other_place:
        code = code[:-2] + rng.choice("abdefghj") + rng.choice("abdefghj")
    if rng.random() < wear.typo / 2:
        place = typo(place, rng)
    if rng.random() < wear.typo / 2:
        code = typo(code, rng)
    if rng.random() < wear.other_job:
        job = second
    row: dict[str, str | None] = {
        "first_name": first, "surname": surname, "dob": dob, "birth_place": place, "postcode": code, "gender": sex, "occupation": job,
    }  # fmt: skip
    for key in row:
        rate = wear.missing * (0.2 if key in {"first_name", "surname"} else 1.0 if key != "gender" else 0.5)
        if rng.random() < rate:
            row[key] = None
    return row


def varied_sets(scale: float = 1.0) -> list[VariedSet]:
    """From well kept to hardly usable."""

    def size(persons: int) -> int:
        return max(50, int(persons * scale))

    heavy = Wear(missing=0.30, typo=0.20, nickname=0.25, initial=0.08, swapped=0.04, other_place=0.20, date_vague=0.20,
                 date_slip=0.12, other_job=0.3, new_surname=0.05)  # fmt: skip
    return [
        varied_set("historical", people="english", persons=size(800), records=8, most_records=20, seed=1,
                   wear=Wear(missing=0.15, nickname=0.2, date_vague=0.15, other_place=0.12)),
        varied_set("historical, worn", people="english", persons=size(800), records=6, most_records=20, wear=heavy, seed=2),
        varied_set("historical, full name only", people="english", persons=size(800), records=5, most_records=12, seed=3,
                   wear=Wear(missing=0.2), full_name=True, leave_out=frozenset({"postcode", "occupation"})),
        varied_set("pairs, little known", people="english", persons=size(2500), records=1.6, most_records=4, seed=4,
                   wear=Wear(missing=0.15), leave_out=frozenset({"postcode", "occupation", "gender"})),
        varied_set("spanish", people="spanish", persons=size(1500), records=2.5, most_records=6, seed=5,
                   wear=Wear(missing=0.15, accents_lost=0.4), leave_out=frozenset({"postcode"})),
        varied_set("german", people="german", persons=size(2000), records=2, most_records=5, seed=6,
                   wear=Wear(missing=0.1, accents_lost=0.3, new_surname=0.1), leave_out=frozenset({"occupation"})),
        varied_set("turkish, full name", people="turkish", persons=size(1500), records=3, most_records=8, seed=7, full_name=True,
                   wear=Wear(missing=0.2, accents_lost=0.5), leave_out=frozenset({"occupation", "postcode"})),
        varied_set("polish, large families", people="polish", persons=size(1500), records=2, most_records=5, seed=8,
                   wear=Wear(missing=0.1, typo=0.15), family_share=0.7),
    ]  # fmt: skip
