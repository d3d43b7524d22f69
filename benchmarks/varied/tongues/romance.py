"""French, Portuguese and Spanish: marks that get lost, particles, two given names, two surnames or one of them."""

from __future__ import annotations

import random
from functools import partial

from benchmarks.varied.tongues.tongue import Named, Tongue, drawn, without_marks, words

_FRENCH_SECOND = words("Marie Louise Anne Pierre Jean Claude Paul André René Émile Henri Joseph Hélène Noël")


def _second(sex: str, rng: random.Random) -> str:
    del sex
    return rng.choice(_FRENCH_SECOND)


FRENCH_DRAW = drawn(
    "Jean Pierre Michel André François Philippe René Louis Bernard Jacques Gérard Jean-Pierre Benoît Hervé Rémi Noël "
    "Étienne Frédéric Jérôme Jean-Luc Gaël Léon Maël Théo Loïc Aurélien Jean-Marc Célestin Clément Sébastien",
    "Marie Jeanne Françoise Monique Catherine Nathalie Hélène Élodie Agnès Zoé Geneviève Thérèse Renée Anne-Marie "
    "Cécile Valérie Inès Chloé Noémie Aurélie Marie-Claire Joëlle Odile Béatrice Mireille Solène Anaïs Maëlle Léa",
    "Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon Laurent Lefèvre Michel Garcia David "
    "Bertrand Roux Vincent Fournier Morel Girard André Mercier Dupont Lambert Bonnet François Martínez Le_Goff "
    "d’Aubigné Béranger Étienne Gérard Lemaître Guérin Muller Rousseau Blanc Guerin Faure Chevalier Le_Gall Ménard "
    "Hervé Renaud Colin Leclerc Brun Caron de_la_Tour Picard Aubert Gaillard L’Hôte Barbier du_Plessis Boyer "
    "Prévost Perrot Hamel Delorme Vasseur Le_Roux Marchand Noël Schmitt Besnard Royer Brunet Lacroix Hébert Carré",
    second=_second,
)
_SPANISH_FAMILIES = words(
    "García González Rodríguez Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Ruiz Hernández Díaz Moreno "
    "Muñoz Álvarez Romero Alonso Gutiérrez Navarro Torres Domínguez Vázquez Ramos Gil Ramírez Serrano Blanco Molina "
    "Ortega Castro Rubio Núñez Iglesias Peña Ibáñez Castaño Cañas Ibarra Rincón Cárdenas Ávila Íñiguez Güell"
)
SPANISH_DRAW = drawn(
    "José Antonio Manuel Francisco Juan David José_Antonio Javier Jesús Ángel Rafael José_Luis Miguel Carlos Íñigo "
    "Andrés Joaquín Ramón Víctor Tomás César Adrián Hernán Germán Fermín".replace("_", "-"),
    "María Carmen Josefa Isabel Ana_María María_Dolores Rocío Concepción Inés Pilar Lucía Mercedes Begoña Ángeles "
    "Sofía Nuria Elena Verónica Mónica Ángela Belén Encarnación Martirio".replace("_", "-"),
    " ".join(_SPANISH_FAMILIES),
    second=lambda _, rng: rng.choice(_SPANISH_FAMILIES),
)
_PORTUGUESE_FAMILIES = words(
    "Silva Santos Ferreira Pereira Oliveira Costa Rodrigues Martins Jesus Sousa Fernandes Gonçalves Gomes Lopes "
    "Marques Alves Almeida Ribeiro Pinto Carvalho Teixeira Moreira Correia Mendes Nunes Soares Vieira Monteiro "
    "Cardoso Rocha Neves Araújo Conceição Magalhães Simões Guimarães Brandão Leitão Falcão Antunes"
)
PORTUGUESE_DRAW = drawn(
    "José João António Francisco Carlos Manuel Luís Paulo Pedro Miguel Rui Nuno Tiago Sérgio Vítor André Joaquim "
    "Inácio Estêvão Simão Gonçalo Óscar",
    "Maria Ana Margarida Conceição Fátima Isabel Teresa Inês Sílvia Cláudia Mónica Sónia Lúcia Júlia Luísa Patrícia "
    "Graça Assunção Célia Natália Sofia Rosário",
    " ".join(_PORTUGUESE_FAMILIES),
    second=lambda _, rng: rng.choice(_PORTUGUESE_FAMILIES),
)


def _worn(given: str, family: str, rng: random.Random, marks: float) -> tuple[str, str]:
    if rng.random() >= marks:
        given, family = without_marks(given), without_marks(family)
    if rng.random() < 0.2:
        given, family = given.upper(), family.upper()
    if rng.random() < 0.15:
        given = given.replace("-", " ")
    if rng.random() < 0.15:
        family = family.replace("’", rng.choice(("'", " ", "")))
    return given, family


def _french(named: Named, rng: random.Random, *, marks: float, second: float) -> tuple[str, str]:
    given = f"{named.given} {named.second}" if rng.random() < second else named.given
    if rng.random() < 0.04:
        given = f"{rng.choice(('M.', 'Dr', 'Mme', 'Me'))} {given}"
    return _worn(given, named.family, rng, marks)


def _iberian(named: Named, rng: random.Random, *, marks: float, both: float, particle: str) -> tuple[str, str]:
    """The names of mother and father, or one of them only."""
    family = named.family
    if rng.random() < both:
        family = f"{named.family} {rng.choice((particle, '', ''))} {named.second}".replace("  ", " ")
    given = named.given
    if "-" in given:
        given = rng.choice((given.replace("-", " "), given.replace("-", " "), given.split("-")[0]))
    if rng.random() < 0.05 and given.startswith(("María", "Maria")):
        given = given.replace("María", "Mª").replace("Maria", "M.ª")
    return _worn(given, family, rng, marks)


FRENCH = Tongue(
    name="french",
    draw=FRENCH_DRAW,
    places=words("Perpignan Béziers Bayonne Orléans Pau Nîmes Besançon Épinal Mâcon Saint-Étienne Évreux Alès Sète"),
    left=partial(_french, marks=0.95, second=0.3),
    right=partial(_french, marks=0.5, second=0.15),
    right_place=without_marks,
    family_first=(False, True),
)
SPANISH = Tongue(
    name="spanish, two surnames",
    draw=SPANISH_DRAW,
    places=words("Lérida Irún Gijón Cádiz Jaén Ávila León Málaga Huelva Teruel Zamora Cáceres"),
    left=partial(_iberian, marks=0.95, both=0.95, particle="y"),
    right=partial(_iberian, marks=0.4, both=0.6, particle="de"),
)
PORTUGUESE = Tongue(
    name="portuguese",
    draw=PORTUGUESE_DRAW,
    places=words("Évora Beja Guimarães Bragança Leiria Setúbal Aveiro Viseu Faro Tomar Lamego Chaves"),
    left=partial(_iberian, marks=0.95, both=0.9, particle="da"),
    right=partial(_iberian, marks=0.5, both=0.5, particle="dos"),
)
TONGUES = (FRENCH, SPANISH, PORTUGUESE)
