"""Greek in its own letters and in Latin ones, and names of Northern India as English clerks spell them."""

from __future__ import annotations

import random
from functools import partial

from benchmarks.varied.tongues.tongue import Named, Tongue, drawn, rendered, without_marks, words

_GREEK = drawn(
    "Γεώργιος Δημήτριος Ιωάννης Κωνσταντίνος Νικόλαος Παναγιώτης Βασίλειος Χρήστος Αθανάσιος Μιχαήλ Ευάγγελος "
    "Σπυρίδων Αντώνιος Αναστάσιος Θεόδωρος Ανδρέας Χαράλαμπος Αλέξανδρος Εμμανουήλ Ηλίας Σταύρος Πέτρος Στέφανος",
    "Μαρία Ελένη Αικατερίνη Βασιλική Σοφία Αγγελική Γεωργία Δήμητρα Κωνσταντίνα Παρασκευή Ευαγγελία Ιωάννα Ευθυμία "
    "Αναστασία Χρυσούλα Δέσποινα Ειρήνη Αθηνά Φωτεινή Στυλιανή Όλγα Ζωή Καλλιόπη Ευγενία",
    "Παπαδόπουλος Βλάχος Αγγελόπουλος Νικολαΐδης Γεωργίου Πέτρου Δημητρίου Ιωάννου Χριστοδούλου Οικονόμου Μακρής "
    "Παππάς Αθανασίου Βασιλείου Καραγιάννης Κωνσταντίνου Αντωνίου Σταματίου Λαμπρόπουλος Κυριακίδης Μιχαηλίδης "
    "Ζαφειρόπουλος Θεοδωρόπουλος Τσιρίγος Χατζής Ξενάκης Ψαλτής Φραγκούλης Ρήγας Σαμαράς Τριανταφύλλου Μπακάλης "
    "Γκίκας Ντούσης Παπανικολάου Δεληγιάννης Κουτσογιάννης Μαυρίδης Λιάπης Κοντός",
)
_LATIN = [
    ("ου", "ou|u"), ("μπ", "b|mp"), ("ντ", "d|nt"), ("γκ", "g|gk"), ("γγ", "ng|gg"), ("τσ", "ts"), ("τζ", "tz"),
    ("αυ", "av|au"), ("ευ", "ev|ef|eu"), ("αι", "ai|e"), ("ει", "ei|i"), ("οι", "oi|i"), ("α", "a"), ("β", "v|b"),
    ("γ", "g"), ("δ", "d"), ("ε", "e"), ("ζ", "z"), ("η", "i"), ("θ", "th"), ("ι", "i"), ("κ", "k"), ("λ", "l"),
    ("μ", "m"), ("ν", "n"), ("ξ", "x|ks"), ("ο", "o"), ("π", "p"), ("ρ", "r"), ("σ", "s"), ("ς", "s"), ("τ", "t"),
    ("υ", "y|i"), ("φ", "f|ph"), ("χ", "ch|h"), ("ψ", "ps"), ("ω", "o"),
]  # fmt: skip
_PLACES = words("Πάτρα Λάρισα Βόλος Χανιά Καβάλα Σέρρες Ξάνθη Κέρκυρα Τρίπολη Άρτα Ρέθυμνο Δράμα")


def _greek(named: Named, rng: random.Random, *, capitals: float, marks: float) -> tuple[str, str]:
    given, family = named.given, named.family
    if named.sex == "f" and family.endswith("ς"):
        family = {"ος": "ου", "ης": "η", "ας": "α"}.get(family[-2:], family[:-1]).join((family[:-2], ""))
    if rng.random() >= marks:
        given, family = without_marks(given), without_marks(family)
    if rng.random() < capitals:
        return without_marks(given.upper()), without_marks(family.upper())
    return given, family


def _greek_in_latin(named: Named, rng: random.Random) -> tuple[str, str]:
    given, family = _greek(named, rng, capitals=0.0, marks=0.0)
    return rendered(given.lower(), _LATIN, rng).capitalize(), rendered(family.lower(), _LATIN, rng).capitalize()


def _place_in_latin(place: str) -> str:
    return rendered(without_marks(place).lower(), _LATIN, random.Random(place)).capitalize()


_INDIAN_SECOND = {"m": words("Kumar Lal Prasad Singh Chand Nath Ram"), "f": words("Devi Kumari Bai Rani Kaur Devi")}
_INDIAN = drawn(
    "Rajesh Suresh Ramesh Mukesh Sanjay Vijay Anil Sunil Ashok Rakesh Dinesh Mahesh Manoj Vinod Pramod Deepak Ajay "
    "Santosh Harish Shyam Krishna Lakshman Bhupendra Jitendra Dharmendra Narendra Satish Om Gopal Mohan",
    "Sunita Anita Geeta Seeta Rekha Meena Kavita Savita Pushpa Lakshmi Saraswati Shanti Kamla Vimla Usha Asha Laxmi "
    "Shobha Poonam Neelam Jyoti Pooja Priyanka Sushila Urmila Chandra Radha Manju",
    "Sharma Verma Gupta Singh Yadav Kumar Mishra Pandey Tiwari Chaudhary Patel Jha Sinha Agrawal Srivastava Chauhan "
    "Thakur Rathore Joshi Dubey Tripathi Shukla Dwivedi Upadhyay Saxena Bhatnagar Mathur Chaturvedi Bhattacharya "
    "Mukherjee Banerjee Chatterjee Ghosh Das Roy Prasad Ram Paswan Mahto Mandal",
    second=lambda sex, rng: rng.choice(_INDIAN_SECOND[sex]),
)
_SPELLINGS = [
    ("ee", "ee|i"), ("oo", "oo|u"), ("ksh", "ksh|x"), ("sh", "sh|s"), ("v", "v|v|w|b"), ("w", "w|v"), ("ch", "ch|chh"),
    ("th", "th|t"), ("aa", "aa|a"), ("y", "y|y|i"), ("z", "z|j"),
]  # fmt: skip


def _indian(named: Named, rng: random.Random, *, second: float, ear: float) -> tuple[str, str]:
    """By ear; the second name comes and goes, and stands for the family name of many women."""
    given, family = named.given, named.family
    if rng.random() < ear:
        given, family = (rendered(part.lower(), _SPELLINGS, rng).capitalize() for part in (given, family))
    if rng.random() < 0.08:
        given = f"{rng.choice(('Shri', 'Smt.', 'Sri', 'Dr.', 'Mr.'))} {given}"
    if rng.random() < second:
        given = f"{given} {named.second}"
    return given, family


GREEK = Tongue(
    name="greek",
    draw=_GREEK,
    places=_PLACES,
    left=partial(_greek, capitals=0.0, marks=1.0),
    right=partial(_greek, capitals=0.5, marks=0.7),
    right_place=lambda place: without_marks(place.upper()),
    family_first=(False, True),
)
GREEK_IN_LATIN = Tongue(
    name="greek beside latin",
    draw=_GREEK,
    places=_PLACES,
    left=partial(_greek, capitals=0.3, marks=1.0),
    right=_greek_in_latin,
    right_place=_place_in_latin,
)
INDIAN = Tongue(
    name="indian",
    draw=_INDIAN,
    places=words("Gaya Patna Arrah Chapra Siwan Ballia Jaunpur Mirzapur Rewa Satna Katni Sagar Damoh Betul"),
    left=partial(_indian, second=0.5, ear=0.2),
    right=partial(_indian, second=0.3, ear=0.6),
)
TONGUES = (GREEK, GREEK_IN_LATIN, INDIAN)
