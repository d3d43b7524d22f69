"""Given names with their short forms, and surnames and places put together from usual pieces, for three languages."""

from __future__ import annotations

from dataclasses import dataclass

_ENGLISH_MEN = """
john jack jno johnny|william will bill billy wm willie|thomas tom thos tommy|george geo|james jim jas jimmy|
charles chas charlie|henry harry hy|robert bob rob robt bobby|joseph joe jos|edward ed ted ned|
richard dick rich rick|samuel sam saml|alfred alf fred|frederick fred fredk freddie|arthur art|walter walt wat|
albert bert al|david dave davy|daniel dan danny|benjamin ben benj|peter pete|francis frank|michael mick mike|
alexander alex sandy|andrew andy|hugh|matthew matt|patrick pat paddy|stephen steve|edwin ned|harold harry hal|
ernest ernie|herbert bert herb|reginald reg|percy|sidney sid|stanley stan|leonard len|cecil|philip phil|isaac|
jacob jake|joshua josh|nathaniel nat|christopher kit chris|nicholas nick|anthony tony|laurence larry|ralph|
roger hodge|simon|
"""
_ENGLISH_WOMEN = """
mary polly molly|elizabeth eliza betty bess lizzie beth|ann annie nancy|sarah sally sadie|
margaret maggie peggy meg|jane jenny|ellen nell nelly|hannah|emma em|alice|martha patty|harriet hattie|
catherine kate kitty cathy|eleanor nell nora|susan sukey susie|charlotte lottie|emily em|florence flo florrie|
edith edie|ada|rose|ethel|lucy|caroline carrie|louisa lou|frances fanny|dorothy dolly dot|isabella bella|
rebecca becky|rachel|esther hester|agnes|amelia milly|clara|grace|helen nellie|julia|lydia|matilda tilly|
rosanna|sophia sophie|victoria vicky|winifred winnie|maria|mildred millie|beatrice bea|gertrude gertie|
"""
_DUTCH_MEN = """
jan johannes hans|pieter piet|cornelis kees cor|hendrik henk|willem wim|gerrit gert|dirk|jacob jaap|
klaas nicolaas|antonius toon|adriaan arie|maarten|joost|bartholomeus bart|simon|teunis|leendert leen|arend|
frans franciscus|theodorus theo dorus|
"""
_DUTCH_WOMEN = """
maria marie mie|anna antje|johanna jo hanna|cornelia cor neeltje|elisabeth bets lies|catharina trijn toos|
grietje margaretha|hendrika riek|wilhelmina mina|aaltje|jannetje|petronella nel|trijntje|dirkje|
geertruida truus|helena leen|klaasje|sara|willemijn|
"""
_SPANISH_MEN = """
jose pepe|juan juanito|antonio tono|francisco paco pancho|manuel manolo|pedro|luis|miguel|jesus chucho|carlos|
rafael rafa|ramon|fernando nando|vicente|joaquin|enrique quique|ignacio nacho|alfonso|tomas|santiago|
eduardo lalo|alejandro|
"""
_SPANISH_WOMEN = """
maria mari|carmen carmela|josefa pepa|ana anita|francisca paca|dolores lola|antonia tona|isabel chabela|
teresa tere|rosario charo|mercedes|concepcion concha|pilar|juana|manuela|guadalupe lupe|luisa|rosa|margarita|
elena|
"""
_ENGLISH_FRONT = """
ash|ben|birch|brad|brook|can|car|chad|clay|col|cran|dal|den|dray|east|el|far|fen|field|fox|gar|glen|gran|hal|
ham|hart|haw|hay|heath|hil|hol|hur|kel|kirk|lam|lang|law|lin|mal|mar|mil|mor|nor|oak|pem|pen|rad|red|row|rush|
sand|shel|stan|stock|sut|thorn|wal|war|wat|wes|whit|win|wood|wy|
"""
_ENGLISH_BACK = """
ford|ton|ley|by|worth|well|field|wick|ham|more|man|er|son|den|ridge|bury|stone|combe|land|shaw|brook|gate|wood|
house|ing|low|mere|cott|burn|cliffe|dale|
"""
_ENGLISH_SURNAMES = """
smith|jones|brown|taylor|davies|evans|wilson|thomas|roberts|johnson|wright|walker|hall|green|clarke|wood|turner|
hill|moore|cooper|ward|king|baker|harris|lee|
"""
_DUTCH_SURNAMES = """
de jong|jansen|de vries|van den berg|bakker|van dijk|visser|smit|meijer|de boer|mulder|de groot|bos|vos|peters|
hendriks|van leeuwen|dekker|brouwer|de wit|
"""
_DUTCH_MIDDLE = """
meer|broek|heide|hof|veld|linde|werf|sluis|akker|velde|kolk|brug|poel|wal|steen|horst|berg|laan|weide|kamp|
"""
_SPANISH_SURNAMES = """
garcia|fernandez|gonzalez|rodriguez|lopez|martinez|sanchez|perez|gomez|martin|jimenez|ruiz|hernandez|diaz|
moreno|alvarez|munoz|romero|alonso|gutierrez|navarro|torres|dominguez|vazquez|ramos|gil|ramirez|serrano|blanco|
molina|suarez|castro|ortega|delgado|ortiz|rubio|marin|sanz|iglesias|nunez|medina|garrido|
"""
_SPANISH_PLACES = ("clara", "verde", "rosal", "nieve", "olmo", "luna", "cruz", "mora", "palma")
_DUTCH_FRONT = ("van der ", "van ", "ter ", "")
_ENGLISH_OCCUPATIONS = """
labourer|farmer|agricultural labourer|ag lab|coal miner|weaver|cotton weaver|domestic servant|housekeeper|
carpenter|blacksmith|baker|tailor|dressmaker|clerk|school teacher|soldier|sailor|mariner|shopkeeper|grocer|
butcher|bricklayer|stonemason|shoemaker|cordwainer|publican|clergyman|surgeon|solicitor|politician|painter|
cricketer|writer|engineer|merchant|
"""
_DUTCH_OCCUPATIONS = """
arbeider|landbouwer|boer|dienstbode|timmerman|smid|bakker|kleermaker|naaister|visser|schipper|koopman|winkelier|
onderwijzer|metselaar|wever|schoenmaker|klerk|
"""
_SPANISH_OCCUPATIONS = """
jornalero|labrador|sus labores|carpintero|herrero|panadero|sastre|costurera|comerciante|maestro|albanil|
pescador|marinero|zapatero|minero|abogado|medico|sirvienta|
"""
RELATED_OCCUPATIONS = {
    "labourer": "ag lab",
    "agricultural labourer": "ag lab",
    "weaver": "cotton weaver",
    "shoemaker": "cordwainer",
    "sailor": "mariner",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """Each given name with its short forms after it, common names first."""

    name: str
    men: list[list[str]]
    women: list[list[str]]
    surnames: list[str]
    places: list[str]
    occupations: list[str]


def languages() -> list[Language]:
    middles = _words(_DUTCH_MIDDLE)
    compounds = [front + back for back in _words(_ENGLISH_BACK) for front in _words(_ENGLISH_FRONT)]
    spread = [compounds[index * 733 % len(compounds)] for index in range(len(compounds))]
    dutch = [front + middle + back for middle in middles for front in _DUTCH_FRONT for back in ("", "s", "man", "stra")]
    return [
        Language(
            name="english", men=_names(_ENGLISH_MEN), women=_names(_ENGLISH_WOMEN),
            surnames=_words(_ENGLISH_SURNAMES) + spread[:1200], places=spread[1200:1500],
            occupations=_words(_ENGLISH_OCCUPATIONS),
        ),
        Language(
            name="dutch", men=_names(_DUTCH_MEN), women=_names(_DUTCH_WOMEN),
            surnames=_words(_DUTCH_SURNAMES) + [dutch[index * 59 % len(dutch)] for index in range(len(dutch))],
            places=[front + back for front in middles for back in ("dam", "dorp", "kerk", "wijk", "huizen")],
            occupations=_words(_DUTCH_OCCUPATIONS),
        ),
        Language(
            name="spanish", men=_names(_SPANISH_MEN), women=_names(_SPANISH_WOMEN),
            surnames=_words(_SPANISH_SURNAMES),
            places=[f"{front} {back}" for front in ("villa", "san", "santa", "puerto", "alto", "rio")

                    for back in _SPANISH_PLACES],
            occupations=_words(_SPANISH_OCCUPATIONS),
        ),
    ]  # fmt: skip


def _words(text: str) -> list[str]:
    return [word for word in text.replace("\n", "").split("|") if word]


def _names(text: str) -> list[list[str]]:
    return [entry.split() for entry in _words(text)]
