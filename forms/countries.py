"""Countries by their ISO 3166-1 alpha-2 codes, with their names in the active language."""

from __future__ import annotations

import unicodedata
from functools import cache

from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language

# The officially assigned codes of ISO 3166-1.
_CODES = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO "
    "BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ "
    "DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP "
    "GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG "
    "KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML "
    "MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE "
    "PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL "
    "SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM "
    "US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW"
)
CODES = tuple(_CODES.split())
DANISH_ALPHABETS = frozenset({"da", "nb", "nn", "no"})
# Where the last letters of the alphabet stand among the others: in ASCII behind z.
DANISH_ORDER = str.maketrans("æøå", "{|}")


@cache
def _names(language: str) -> dict[str, str]:
    try:
        territories = Locale.parse(language.replace("-", "_")).territories
    except (UnknownLocaleError, ValueError):
        territories = Locale.parse("en").territories
    return {code: territories.get(code, code) for code in CODES}


@cache
def _sorted_choices(language: str) -> tuple[tuple[str, str], ...]:
    names = _names(language)
    is_danish = language.partition("-")[0] in DANISH_ALPHABETS
    return tuple(sorted(names.items(), key=lambda pair: _sort_key(pair[1], is_danish=is_danish)))


def _sort_key(name: str, *, is_danish: bool) -> str:
    """Return what ``name`` is sorted by: accents do not count, Danish letters come last."""
    letters = name.lower().translate(DANISH_ORDER) if is_danish else name.lower()
    folded = unicodedata.normalize("NFKD", letters)
    return "".join(letter for letter in folded if not unicodedata.combining(letter))


def country_choices() -> tuple[tuple[str, str], ...]:
    """Return code and name of every country, by name in the active language."""
    return _sorted_choices(get_language() or "en")


def country_name(code: str) -> str:
    """Return the name of a country in the active language; the code where there is none."""
    return _names(get_language() or "en").get(code, code)
