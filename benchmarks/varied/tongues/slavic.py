"""Russian in Cyrillic, with fathers' names, and in the Latin letters of passports, banks and relatives."""

from __future__ import annotations

import random
from functools import partial

from benchmarks.varied.tongues.tongue import Named, Tongue, drawn, rendered, words

_MEN = (
    "Александр Сергей Владимир Андрей Алексей Дмитрий Николай Евгений Михаил Юрий Виктор Игорь Иван Анатолий Павел "
    "Василий Олег Виталий Роман Константин Денис Пётр Фёдор Григорий Геннадий Степан Ильдар Рустам Семён Артём"
)
_WOMEN = (
    "Елена Ольга Наталья Татьяна Ирина Светлана Анна Мария Людмила Екатерина Галина Юлия Надежда Марина Валентина "
    "Любовь Нина Вера Лидия Оксана Ксения Алёна Софья Дарья Евгения Зинаида Раиса Гульнара Жанна Полина"
)
_FAMILIES = (
    "Иванов Смирнов Кузнецов Попов Васильев Петров Соколов Михайлов Новиков Фёдоров Морозов Волков Алексеев Лебедев "
    "Семёнов Егоров Павлов Козлов Степанов Николаев Орлов Андреев Макаров Никитин Захаров Зайцев Соловьёв Борисов "
    "Яковлев Григорьев Романов Воробьёв Сергеев Кузьмин Фролов Александров Дмитриев Королёв Гусев Киселёв Ильин "
    "Максимов Поляков Сорокин Виноградов Ковалёв Белов Медведев Антонов Тарасов Жуков Баранов Филиппов Комаров "
    "Давыдов Беляев Герасимов Богданов Осипов Сидоров Матвеев Титов Марков Миронов Крылов Куликов Карпов Власов "
    "Мельников Денисов Гаврилов Тихонов Казаков Афанасьев Данилов Савельев Тимофеев Фомин Чернов Абрамов Мартынов "
    "Ефимов Федотов Щербаков Назаров Калинин Исаев Чернышёв Быков Маслов Родионов Коновалов Лазарев Воронин Климов "
    "Филатов Пономарёв Голубев Кудрявцев Прохоров Наумов Потапов Журавлёв Овчинников Трофимов Леонов Соболев Ермаков"
)
_FATHERS = words("Александр Сергей Владимир Андрей Алексей Дмитри Николай Михаил Иван Виктор Павел Василь Фёдор Пётр")
_PLACES = words("Пермь Омск Томск Тула Орёл Казань Самара Рязань Тверь Киров Курск Псков Ковров Елец Миасс Серов")
_PAIRS = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e|yo", "ж": "zh", "з": "z", "и": "i", "й": "y|i",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "kh|h", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch|sch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu|iu",
    "я": "ya|ia",
}  # fmt: skip
_LATIN = [("кс", "ks|x"), ("ия", "iya|ia"), ("ий", "iy|y|ii"), ("ье", "ye|ie"), *_PAIRS.items()]


def _father(sex: str, rng: random.Random) -> str:
    stem = rng.choice(_FATHERS)
    if stem.endswith("й"):
        return stem[:-1] + ("евич" if sex == "m" else "евна")
    return stem + (("евич" if sex == "m" else "евна") if stem[-1] in "иь" else ("ович" if sex == "m" else "овна"))


def _written(named: Named, rng: random.Random, *, father: float, yo: float, capitals: float) -> tuple[str, str]:
    family = named.family + ("а" if named.sex == "f" else "")
    given = named.given
    draw = rng.random()
    if draw < father:
        given = f"{given} {named.second}"
    elif draw < father + 0.05:
        given = f"{given[0]}. {named.second[0]}."
    if rng.random() >= yo:
        given, family = given.replace("ё", "е"), family.replace("ё", "е")
    return (given.upper(), family.upper()) if rng.random() < capitals else (given, family)


def _latin(named: Named, rng: random.Random, *, father: float) -> tuple[str, str]:
    given, family = _written(named, rng, father=father, yo=1.0, capitals=0.0)
    return tuple(  # type: ignore[return-value]  # as many as were given
        " ".join(word.capitalize() for word in rendered(part.lower(), _LATIN, rng).split()) for part in (given, family)
    )


def _latin_place(place: str) -> str:
    return rendered(place.lower(), _LATIN, random.Random(place)).capitalize()


_DRAW = drawn(_MEN, _WOMEN, _FAMILIES, second=_father)
RUSSIAN = Tongue(
    name="russian",
    draw=_DRAW,
    places=_PLACES,
    left=partial(_written, father=0.9, yo=0.9, capitals=0.0),
    right=partial(_written, father=0.5, yo=0.3, capitals=0.3),
    family_first=(True, True),
)
RUSSIAN_IN_LATIN = Tongue(
    name="russian beside latin",
    draw=_DRAW,
    places=_PLACES,
    left=partial(_written, father=0.7, yo=0.8, capitals=0.0),
    right=partial(_latin, father=0.1),
    right_place=_latin_place,
    family_first=(True, False),
)
TONGUES = (RUSSIAN, RUSSIAN_IN_LATIN)
