"""Invented names: firms put together from syllables, so that no real one is meant; persons of common names."""

from __future__ import annotations

from recon_kit.simulate.draw import Draw

_HEADS = (
    "Tau Brun Ostren Vel Kars Mohl Firn Grau Lind Aren Wald Stein Hell Nor Quell Sund Birk Falken Drei Ulmen Rabe Eis".split()
)
_TAILS = "werk hag kara hof mark tal dorn brück feld wind horst garn bach sted lohe quist vik rode berge moor holm see".split()
_TRADES = {
    "de": ["Outdoor", "Sporthandel", "Bergsport", "Freizeit", "Handel", "Wohnen", "Ausrüstung", "Textil", "Versand", "Markt"],
    "en": ["Outdoor", "Supplies", "Trading", "Stores", "Sports", "Living", "Textiles", "Imports", "Market", "Equipment"],
    "nl": ["Buitensport", "Handel", "Wonen", "Textiel", "Vrije Tijd", "Uitrusting", "Winkels", "Groothandel"],
    "fr": ["Sports", "Loisirs", "Distribution", "Textile", "Maison", "Equipement", "Négoce"],
}
_FORMS = {
    "DE": {"GmbH": 60, "GmbH & Co. KG": 20, "e.K.": 10, "AG": 5, "OHG": 5},
    "AT": {"GmbH": 70, "KG": 20, "OG": 10},
    "CH": {"AG": 55, "GmbH": 40, "SA": 5},
    "NL": {"B.V.": 85, "N.V.": 5, "VOF": 10},
    "BE": {"BV": 60, "NV": 25, "SRL": 15},
    "FR": {"SARL": 60, "SAS": 35, "SA": 5},
    "GB": {"Ltd": 75, "Limited": 15, "LLP": 10},
}
_GIVEN = """Anna Jan Lena Tim Marie Ole Sofia Lukas Ida Felix Emma Jonas Hanna Paul Nele Max Greta Finn Lisa Ben Mia Tom Klara
Erik Julia Nils Sarah Lars Eva Moritz Katrin Sven Birgit Uwe Petra Jens Silke Ralf Heike Dirk""".split()
_FAMILY = """Petersen Brandt Lorenz Voss Krüger Behrens Jansen Thiel Winkler Sommer Hansen Ehlers Franke Busch Pohl Seidel Arndt
Böhm Kuhn Ritter Engel Horn Vogt Stark Heller Kern Roth Blum Haas Lange Moll Reimer Clausen Bartels Wulff Carstens""".split()
_TOWNS = {
    "DE": [
        "Kiel",
        "Lübeck",
        "Husum",
        "Flensburg",
        "Hamburg",
        "Bremen",
        "Rostock",
        "Hannover",
        "Münster",
        "Köln",
        "Mainz",
        "Ulm",
    ],
    "AT": ["Wien", "Graz", "Linz", "Salzburg", "Innsbruck"],
    "CH": ["Zürich", "Bern", "Basel", "Luzern", "Chur"],
    "NL": ["Utrecht", "Groningen", "Zwolle", "Arnhem"],
    "BE": ["Gent", "Brugge", "Namur", "Leuven"],
    "FR": ["Lille", "Metz", "Rouen", "Dijon"],
    "GB": ["Leeds", "Bristol", "York", "Exeter"],
}
_POSTAL_DIGITS = {"DE": 5, "AT": 4, "CH": 4, "NL": 4, "BE": 4, "FR": 5, "GB": 2}
_STREETS = {
    "de": ["Hafenstraße", "Am Markt", "Bahnhofstraße", "Mühlenweg", "Gewerbering", "Industriestraße", "Deichweg"],
    "en": ["High Street", "Mill Lane", "Station Road", "Dock Road"],
    "nl": ["Havenweg", "Marktstraat", "Molenweg"],
    "fr": ["rue du Port", "avenue de la Gare", "rue du Marché"],
}
LANGUAGES = {"DE": "de", "AT": "de", "CH": "de", "NL": "nl", "BE": "nl", "FR": "fr", "GB": "en"}
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "é": "e", "è": "e"})
_LEGAL_LONG = {
    "GmbH & Co. KG": "GmbH und Co KG",
    "GmbH": "Gesellschaft mbH",
    "B.V.": "BV",
    "Ltd": "Limited",
    "Limited": "Ltd",
}


def company(draw: Draw, country: str, taken: set[str]) -> str:
    """A firm's name that was not given before."""
    while True:
        trade = draw.one(_TRADES[LANGUAGES[country]])
        name = f"{draw.one(_HEADS)}{draw.one(_TAILS)} {trade} {draw.of(_FORMS[country])}"
        if name not in taken:
            taken.add(name)
            return name


def person(draw: Draw) -> str:
    """First and last name."""
    return f"{draw.one(_GIVEN)} {draw.one(_FAMILY)}"


def spouse(draw: Draw, name: str) -> str:
    """Another first name with the same family name."""
    given, _, family = name.partition(" ")
    return f"{draw.one([other for other in _GIVEN if other != given])} {family}"


def spellings(draw: Draw, name: str) -> list[str]:
    """How banks show that name: as it is, plain upper case, another legal form, without it, cut at 27 characters."""
    plain = ascii_text(name)
    forms = [name, name, plain.upper(), plain]
    for short, long in _LEGAL_LONG.items():
        if name.endswith(short):
            forms += [name.removesuffix(short) + long, plain.removesuffix(short).strip()]
            break
    forms.append(plain.upper()[:27].rstrip())
    return [name, *draw.some(forms[1:], 2)]


def ascii_text(text: str) -> str:
    """German letters spelt out, as many banks and all MT940 files do."""
    return text.translate(_UMLAUTS).encode("ascii", "replace").decode()


def place(draw: Draw, country: str) -> tuple[str, str, str]:
    """Street with number, postal code, town."""
    street = f"{draw.one(_STREETS[LANGUAGES[country]])} {draw.whole(1, 140)}"
    return street, draw.digits(_POSTAL_DIGITS[country]), draw.one(_TOWNS[country])


def bban(draw: Draw, country: str) -> str:
    """A national account number at an invented bank, with the inner check digits where the country has them."""
    if country == "DE":
        return f"9{draw.whole(90, 97)}{draw.digits(5)}{draw.digits(10)}"
    if country == "AT":
        return f"9{draw.digits(4)}{draw.digits(11)}"
    if country == "CH":
        return f"99{draw.whole(100, 999)}{draw.digits(12)}"
    if country == "NL":
        return f"{draw.one(['XNLB', 'XHOL', 'XZEE'])}{draw.digits(10)}"
    if country == "BE":
        number = f"9{draw.digits(9)}"
        return f"{number}{int(number) % 97 or 97:02d}"
    if country == "FR":
        bank, branch, number = f"9{draw.digits(4)}", draw.digits(5), draw.digits(11)
        return f"{bank}{branch}{number}{97 - (89 * int(bank) + 15 * int(branch) + 3 * int(number)) % 97:02d}"
    return f"{draw.one(['XGBA', 'XLDN'])}{draw.digits(6)}{draw.digits(8)}"
