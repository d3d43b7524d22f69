"""Languages that nothing was chosen on: what holds for the others must hold for them."""

from __future__ import annotations

import random
from functools import partial

from benchmarks.varied.tongues.tongue import Named, Tongue, Writer, common_first, drawn, plain, rendered, without_marks
from benchmarks.varied.tongues.tongue import words as _words


def _marks_lost(named: Named, rng: random.Random, *, lost: float) -> tuple[str, str]:
    given = f"{named.given} {named.second}" if named.second and rng.random() < 0.8 else named.given
    if rng.random() < lost:
        return without_marks(given).replace("ı", "i"), without_marks(named.family).replace("ı", "i")
    return given, named.family


def _drifting(table: tuple[tuple[str, str], ...], share: float) -> Writer:
    """As one clerk after the other heard it."""

    def write(named: Named, rng: random.Random) -> tuple[str, str]:
        given, family = named.given, named.family
        if rng.random() < 0.3 and named.second:
            given = f"{given} {named.second}"
        if rng.random() < share:
            family = rendered(family.lower(), table, rng).capitalize()
        if rng.random() < share / 2:
            given = rendered(given.lower(), table, rng).title()
        return given, family

    return write


_TURKISH = drawn(
    "Mehmet Mustafa Ahmet Ali Hüseyin Hasan İbrahim İsmail Osman Yusuf Murat Ömer Ramazan Halil Süleyman Şükrü Çağatay",
    "Fatma Ayşe Emine Hatice Zeynep Elif Meryem Şerife Zehra Sultan Hanife Gülşen Çiğdem Özge Nurcan Tuğba Yıldız",
    "Yılmaz Kaya Demir Çelik Şahin Yıldırım Öztürk Aydın Özdemir Arslan Doğan Kılıç Çetin Koç Kurt Şimşek Polat "
    "Erdoğan Bulut Güneş Aksoy Ünal Çakır Korkmaz Tekin Sarı Uçar Işık Gündoğdu Karakuş Özkan Tunç Sönmez Avcı",
    second=lambda sex, rng: rng.choice(_words("Can Emre Kerem Nur") if sex == "m" else _words("Nur Naz Gül Su")),
)
_HUNGARIAN = drawn(
    "László István József János Zoltán Sándor Gábor Ferenc Attila Péter Tamás Zsolt Tibor András Csaba Imre Lajos",
    "Mária Erzsébet Katalin Ilona Éva Anna Zsuzsanna Margit Judit Ágnes Julianna Andrea Ildikó Erika Krisztina Piroska",
    "Nagy Kovács Tóth Szabó Horváth Varga Kiss Molnár Németh Farkas Balogh Papp Takács Juhász Lakatos Mészáros Oláh "
    "Simon Rácz Fekete Szilágyi Török Fehér Balázs Gál Szűcs Kocsis Orsós Pintér Fodor Szalai Sipos Magyar Lukács",
)
_ICELANDIC_MEN = _words("Jón Sigurður Guðmundur Gunnar Ólafur Einar Magnús Kristján Stefán Jóhann Björn Þór Árni Helgi")
_ICELANDIC_WOMEN = _words("Guðrún Anna Sigríður Kristín Margrét Helga Sigrún Ingibjörg Jóhanna Hildur Þóra Ásta Elín")


def _icelandic(rng: random.Random) -> Named:
    sex = rng.choice("mf")
    father = common_first(_ICELANDIC_MEN, rng, 5.0)
    of_father = {"Sigurður": "Sigurðar", "Guðmundur": "Guðmundar", "Ólafur": "Ólafs", "Björn": "Björns"}
    stem = of_father.get(
        father, {"i": father[:-1] + "a"}.get(father[-1], father if father[-1] == "s" else f"{father}s")
    )
    given = common_first(_ICELANDIC_MEN if sex == "m" else _ICELANDIC_WOMEN, rng, 6.0)
    second = rng.choice(_words("Þór Már Örn Freyr Ingi") if sex == "m" else _words("Björk Ósk Rós María Dögg"))
    return Named(given=given, second=second, family=stem + ("son" if sex == "m" else "dóttir"), sex=sex)


def _icelandic_in_latin(named: Named, rng: random.Random) -> tuple[str, str]:
    given, family = _marks_lost(named, rng, lost=0.0)
    letters = (("þ", "th"), ("Þ", "Th"), ("ð", "d"), ("æ", "ae"), ("Æ", "Ae"), ("ö", "o|oe"), ("Ö", "O"))
    return without_marks(rendered(given, letters, rng)), without_marks(rendered(family, letters, rng))


_THAI_SYLLABLES = _words(
    "som chai|chay sak ti|thi|tee wat|vat na|nah ra phon|porn|pon chan|jan pra|bra nit|nid su|soo rat|rut da|dah "
    "wan|van no ree|ri ma|mah lee|li pa kit|kid an ong"
)
_THAI_ENDS = _words("wong|vong phan|pan suk|sook thong|tong rat|rut sri|see chai|jai kul|gul porn|phon dee|di")


def _thai(rng: random.Random) -> Named:
    given = " ".join(rng.sample(_THAI_SYLLABLES, 2))
    return Named(
        given=given, second="", family=" ".join([*rng.sample(_THAI_SYLLABLES, 2), rng.choice(_THAI_ENDS)]), sex="m"
    )


def _thai_in_latin(named: Named, rng: random.Random) -> tuple[str, str]:
    given, family = (
        "".join(rng.choice(syllable.split("|")) for syllable in part.split()) for part in (named.given, named.family)
    )
    return given.capitalize(), family.capitalize()


_PARISH = drawn(
    "Jean Pierre Jacques François Louis Nicolas Antoine Claude Charles Joseph Étienne Guillaume Mathurin Julien Michel",
    "Marie Jeanne Anne Marguerite Catherine Françoise Louise Madeleine Perrine Renée Élisabeth Barbe Thérèse Mathurine",
    "Lefebvre Gaultier Rousseau Beauchamp Thibault Renault Moreau Duchesne Charpentier Boucher Leroux Gilbert Marchand "
    "Perrot Michaud Girault Chauveau Lemaistre Guérin Baudry Hérault Pasquier Quentin Delaunay Mesnard Bouvier Richard "
    "Brossard Chevallier Godefroy Jolivet Ledoux Masson Pichon Thomasset Aubert Cailleau Ferrand Huet Naudin",
    second=lambda sex, rng: rng.choice(
        _words("Baptiste Marie Joseph Anne") if sex == "m" else _words("Anne Jeanne Rose")
    ),
)
_HEARD = (
    ("ault", "ault|eau|aut|aud"), ("eau", "eau|au|eaux"), ("ph", "ph|f"),
    ("bv", "bv|v|b"), ("ll", "ll|l"), ("st", "st|t"),
    ("sn", "sn|n"), ("th", "th|t"), ("ss", "ss|s"), ("rr", "rr|r"), ("qu", "qu|k|c"), ("ç", "ç|s"), ("é", "é|e|es"),
    ("y", "y|i"), ("i", "i|y"), ("ou", "ou|oux"), ("è", "è|e"),
)  # fmt: skip
_CENSUS = drawn(
    "Johann Georg Friedrich Heinrich Wilhelm Jakob Michael Christoph Andreas Konrad Philipp Adam Valentin Kaspar",
    "Anna Maria Margaretha Katharina Elisabeth Barbara Dorothea Sophia Christina Eva Magdalena Ursula Apollonia Sabina",
    "Schmidt Meyer Bauer Hoffmann Schröder Fischer Weiß Köhler Walther Dietrich Pfeiffer Böttcher Krämer Vogt Jäger "
    "Schultheiß Rühl Theobald Zöllner Kuntz Eckhardt Haußmann Brückner Dörr Gerhardt Heydt Kayser Lippmann Ohlendorf",
    second=lambda sex, rng: rng.choice(_words("Peter Adam Georg") if sex == "m" else _words("Maria Barbara Katharina")),
)
_WRITTEN_BY_EAR = (
    ("dt", "dt|d|t|tt"), ("th", "th|t"), ("tz", "tz|z"),
    ("ff", "ff|f"), ("mm", "mm|m"), ("nn", "nn|n"), ("ey", "ey|ei|ai|ay"),
    ("ei", "ei|ey"), ("ay", "ay|ai"), ("ck", "ck|k"), ("ph", "ph|f"),
    ("k", "k|c"), ("ß", "ß|ss|s"), ("ö", "ö|oe|o"), ("ä", "ä|ae|e"),
    ("ü", "ü|ue|u"), ("v", "v|f"), ("b", "b|b|p"),
)  # fmt: skip
_UKRAINIAN = drawn(
    "Олександр Сергій Володимир Андрій Олексій Дмитро Микола Євген Михайло Юрій Віктор Ігор Іван Василь Петро Григорій",
    "Олена Ольга Наталія Тетяна Ірина Світлана Ганна Марія Людмила Катерина Галина Юлія Надія Любов Зінаїда Софія",
    "Мельник Шевченко Коваленко Бондаренко Бойко Ткаченко Кравченко Ковальчук Коваль Олійник Шевчук Поліщук Лисенко "
    "Марченко Руденко Савченко Петренко Кравчук Клименко Павленко Савчук Кузьменко Левченко Пономаренко Василенко "
    "Харченко Карпенко Мороз Хоменко Гнатюк Щербина Яковенко Романюк Гаврилюк Зінченко Їжакевич",
    second=lambda sex, rng: rng.choice(_words("Іван Петр Богдан Степан")) + ("ович" if sex == "m" else "івна"),
)
_UKRAINIAN_LATIN = (
    ("зг", "zgh"), ("щ", "shch"), ("ш", "sh"), ("ч", "ch"),
    ("ж", "zh"), ("ц", "ts"), ("х", "kh|h"), ("ю", "yu|iu"), ("я", "ya|ia"),
    ("є", "ye|ie"), ("ї", "yi|i"), ("г", "h|g"), ("ґ", "g"), ("и", "y|i"),
    ("і", "i"), ("й", "i|y"), ("ь", ""), ("а", "a"), ("б", "b"),
    ("в", "v"), ("д", "d"), ("е", "e"), ("з", "z"), ("к", "k"),
    ("л", "l"), ("м", "m"), ("н", "n"), ("о", "o"), ("п", "p"), ("р", "r"),
    ("с", "s"), ("т", "t"), ("у", "u"), ("ф", "f"),
)  # fmt: skip


def _fathers_name(named: Named, rng: random.Random) -> tuple[str, str]:
    return (f"{named.given} {named.second}" if rng.random() < 0.85 else named.given), named.family


def _ukrainian_in_latin(named: Named, rng: random.Random) -> tuple[str, str]:
    given = f"{named.given} {named.second}" if rng.random() < 0.25 else named.given
    return rendered(given.lower(), _UKRAINIAN_LATIN, rng).title(), rendered(
        named.family.lower(), _UKRAINIAN_LATIN, rng
    ).title()


_PARISHES = _words("Angers Saumur Laval Vitré Mayenne Craon Segré Baugé Loudun Chinon Niort Thouars")
_TURKISH_PLACES = _words("Sivas Tokat Amasya Çorum Kars Muğla Uşak Kütahya Niğde Giresun Şırnak Elazığ")
_HUNGARIAN_PLACES = _words("Győr Pécs Szeged Eger Debrecen Sopron Baja Vác Szolnok Kalocsa Mohács Tokaj")
_ICELANDIC_PLACES = _words("Akureyri Húsavík Selfoss Keflavík Höfn Borgarnes Ísafjörður Vík Dalvík Siglufjörður")
_THAI_PLACES = _words("Phuket Trang Loei Nan Phrae Surin Krabi Yala Ranong Lampang Tak Rayong")
_GERMAN_PLACES = _words("Fulda Hanau Kassel Marburg Gießen Wetzlar Friedberg Alsfeld Büdingen Schlüchtern Hersfeld")
_UKRAINIAN_PLACES = _words("Львів Полтава Суми Луцьк Рівне Умань Черкаси Ніжин Тернопіль Коломия Дрогобич")

TURKISH = Tongue(
    name="turkish", draw=_TURKISH, places=_TURKISH_PLACES, left=partial(_marks_lost, lost=0.0),
    right=partial(_marks_lost, lost=0.6), right_place=without_marks,
)  # fmt: skip
HUNGARIAN = Tongue(
    name="hungarian, two orders", draw=_HUNGARIAN, places=_HUNGARIAN_PLACES, left=plain,
    right=partial(_marks_lost, lost=0.7), right_place=without_marks, family_first=(True, False),
)  # fmt: skip
ICELANDIC = Tongue(
    name="icelandic", draw=_icelandic, places=_ICELANDIC_PLACES, left=partial(_marks_lost, lost=0.0),
    right=_icelandic_in_latin, right_place=without_marks,
)  # fmt: skip
THAI = Tongue(
    name="thai in latin twice", draw=_thai, places=_THAI_PLACES, left=_thai_in_latin, right=_thai_in_latin,
)  # fmt: skip
PARISH = Tongue(
    name="french parish", draw=_PARISH, places=_PARISHES, left=_drifting(_HEARD, 0.2), right=_drifting(_HEARD, 0.5),
)  # fmt: skip
CENSUS = Tongue(
    name="german census", draw=_CENSUS, places=_GERMAN_PLACES, left=_drifting(_WRITTEN_BY_EAR, 0.2),
    right=_drifting(_WRITTEN_BY_EAR, 0.5),
)  # fmt: skip
UKRAINIAN = Tongue(
    name="ukrainian beside latin", draw=_UKRAINIAN, places=_UKRAINIAN_PLACES, left=_fathers_name,
    right=_ukrainian_in_latin, family_first=(True, False),
    right_place=lambda place: rendered(place.lower(), _UKRAINIAN_LATIN, random.Random(place)).title(),
)  # fmt: skip
TONGUES = (TURKISH, HUNGARIAN, ICELANDIC, THAI, PARISH, CENSUS, UKRAINIAN)
