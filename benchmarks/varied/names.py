"""Names, places and occupations that the invented people are made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Nation:
    """Its commonest names first."""

    men: tuple[str, ...]
    women: tuple[str, ...]
    families: tuple[str, ...]
    two_surnames: bool = False


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


NICKNAMES: dict[str, str] = {
    "william": "bill will wm billy",
    "robert": "bob rob robt",
    "thomas": "tom thos tommy",
    "john": "jack jno johnny",
    "james": "jim jas jamie",
    "charles": "charlie chas",
    "george": "geo georgie",
    "henry": "harry hal",
    "edward": "ted ned edw",
    "richard": "dick richd",
    "joseph": "joe jos",
    "samuel": "sam saml",
    "elizabeth": "liz betty bess eliza",
    "mary": "polly molly may",
    "margaret": "maggie peggy",
    "catherine": "kate kitty",
    "sarah": "sally",
    "ann": "annie nancy",
    "alexander": "alex sandy",
    "frederick": "fred fredk",
    "benjamin": "ben",
    "daniel": "dan",
    "francis": "frank",
    "dorothy": "dolly",
    "hannah": "annie",
}
ENGLISH_MALE = _words(
    "william john thomas james george charles henry robert joseph edward richard samuel alfred frederick arthur "
    "walter albert harry david ernest francis daniel benjamin frank herbert peter alexander hugh edmund philip "
    "ralph simon stephen matthew nicholas anthony andrew michael patrick oliver lawrence roger gilbert humphrey "
    "augustus reginald cuthbert theodore"
)
ENGLISH_FEMALE = _words(
    "mary elizabeth sarah ann jane margaret alice ellen emma hannah martha eliza harriet annie charlotte "
    "catherine caroline emily susan maria louisa frances florence ada edith dorothy agnes rose clara lucy "
    "isabella rachel rebecca fanny amelia esther grace matilda beatrice constance winifred gertrude lydia julia "
    "anne helen"
)
SURNAME_STARTS = _words(
    "ash black brad brom burn cal chad clif col crom dar den down dun east elm fair farn gar gold green hal ham "
    "har hart hath haw hol horn hunt kel ken kirk lang lind lock long mar mel mid mil mor nor oak old park pem "
    "pres rad red rich rock row rush salt sand shel sher sim south stan sted stock strat sud sut thorn tre up wal "
    "ward wat west whit wil wind wood wy york"
)
SURNAME_ENDS = _words(
    "ton ley ford ham worth bury field wood well man wick by den ington combe stead more son er s land brook shaw "
    "hurst ridge bourne"
)
COMMON_SURNAMES = _words(
    "smith jones taylor brown williams wilson johnson davies robinson wright thompson evans walker white roberts "
    "green hall wood jackson clarke clark harris lewis turner baker cooper ward hill moore king"
)
PLACE_STARTS = _words(
    "nor sud brad leek ash wen col mil hart ley king bas dor chel win bar hal ux mar pen tor lan car dun fal ex "
    "bath ply hol step stoke thorn whit black long great little upper"
)
PLACE_ENDS = _words(
    "wich bury ford ton mouth pool chester ham minster stead hampton field combe bridge port well dale gate"
)
LOCAL_PLACES = _words(
    "burg berg ville stad grad abad polis ova dorf heim holm vik mira sela nova torre casa puerto monte valle"
)
OCCUPATIONS = (
    "politician",
    "writer",
    "painter",
    "engineer",
    "clergyman",
    "cricketer",
    "farmer",
    "soldier",
    "army officer",
    "naval officer",
    "lawyer",
    "judge",
    "physician",
    "surgeon",
    "actor",
    "composer",
    "musician",
    "singer",
    "merchant",
    "banker",
    "architect",
    "botanist",
    "chemist",
    "historian",
    "philosopher",
    "poet",
    "novelist",
    "journalist",
    "printer",
    "publisher",
    "teacher",
    "sculptor",
    "engraver",
    "photographer",
    "explorer",
    "astronomer",
    "mathematician",
    "brewer",
    "miner",
    "weaver",
)
SPANISH = Nation(
    men=_words(
        "josé juan antonio francisco manuel luis pedro miguel rafael ángel carlos javier fernando ramón andrés "
        "joaquín vicente sergio iñigo martín jesús tomás"
    ),
    women=_words(
        "maría carmen josefa isabel dolores ana francisca pilar teresa concepción rosa lucía inés elena ángeles "
        "mercedes begoña"
    ),
    families=_words(
        "garcía gonzález rodríguez fernández lópez martínez sánchez pérez gómez martín jiménez ruiz hernández "
        "díaz moreno muñoz álvarez romero alonso gutiérrez navarro torres domínguez vázquez ramos gil ramírez "
        "serrano blanco molina ortega castro rubio núñez iglesias peña"
    ),
    two_surnames=True,
)
GERMAN = Nation(
    men=_words(
        "johann hans karl friedrich wilhelm heinrich otto hermann paul georg ernst franz josef jürgen günther "
        "wolfgang klaus jörg götz"
    ),
    women=_words(
        "anna maria margarethe elisabeth helene gertrud ursula käthe hedwig frieda luise emma johanna ilse grete "
        "jutta bärbel"
    ),
    families=_words(
        "müller schmidt schneider fischer weber meyer wagner becker schulz hoffmann schäfer koch bauer richter "
        "klein wolf schröder neumann schwarz zimmermann braun krüger hofmann hartmann lange schmitt werner krause "
        "meier lehmann köhler jäger vogel böhm groß weiß"
    ),
)
TURKISH = Nation(
    men=_words(
        "mehmet mustafa ahmet ali hüseyin hasan ibrahim ismail osman yusuf murat ömer ramazan halil süleyman "
        "abdullah mahmut salih"
    ),
    women=_words(
        "fatma ayşe emine hatice zeynep elif meryem şerife zehra sultan hanife merve havva zeliha esra özlem gülsüm"
    ),
    families=_words(
        "yılmaz kaya demir çelik şahin yıldız yıldırım öztürk aydın özdemir arslan doğan kılıç aslan çetin kara "
        "koç kurt özkan şimşek polat korkmaz çakır erdoğan bulut ateş güneş taş aksoy ünal"
    ),
)
POLISH = Nation(
    men=_words(
        "jan stanisław andrzej józef tadeusz jerzy zbigniew krzysztof henryk ryszard kazimierz marek marian piotr "
        "łukasz wojciech"
    ),
    women=_words(
        "maria krystyna anna barbara teresa elżbieta janina zofia jadwiga danuta halina irena ewa małgorzata "
        "helena grażyna"
    ),
    families=_words(
        "nowak kowalski wiśniewski wójcik kowalczyk kamiński lewandowski zieliński szymański woźniak dąbrowski "
        "kozłowski jankowski mazur krawczyk piotrowski grabowski pawłowski michalski król wieczorek wróbel "
        "jabłoński dudek majewski stępień malinowski"
    ),
)
NATIONS = {"spanish": SPANISH, "german": GERMAN, "turkish": TURKISH, "polish": POLISH}
