"""Sixty made-up people who register for the demo event, and what becomes of them.

In the order in which they register. Nobody is left on the waiting list: whoever waits makes a
session full for everybody after them, and the demo is to have room.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from events.enums import RegistrationAction
from forms.validators import DANISH_LETTERS

CPH, AAL = 0, 1
"""Indexes into the event's sessions."""

POLITICIAN, CENTRAL, FRONT, COMPANY, OTHER = 1, 2, 3, 4, 5
"""Indexes into the event's audiences."""

CONFIRM = (RegistrationAction.CONFIRM,)
DECLINE = (RegistrationAction.DECLINE,)
CANCEL = (RegistrationAction.CANCEL,)
WAITED = (RegistrationAction.WAIT, RegistrationAction.CONFIRM)
WITHDREW = (RegistrationAction.CONFIRM, RegistrationAction.CANCEL)
UNDECIDED: tuple[RegistrationAction, ...] = ()


@dataclass(frozen=True)
class Registrant:
    """One person: who they are, what they ask for, and what staff decide, one after the other.

    ``hope`` and ``practical`` are indexes into the words of their language; ``hope`` of -1 leaves
    the question open.
    """

    name: str
    organisation: str
    title: str
    session: int
    audience: int
    hope: int = -1
    practical: tuple[int, ...] = ()
    wants_news: bool = False
    decisions: tuple[RegistrationAction, ...] = UNDECIDED
    language: str = "da"

    @property
    def email(self) -> str:
        """An address that nobody owns, made from the name."""
        plain = unicodedata.normalize("NFKD", self.name.translate(DANISH_LETTERS))
        local = plain.encode("ascii", "ignore").decode().lower().replace(" ", ".")
        return f"{local}@example.dk"


R = Registrant

REGISTRANTS = (
    R(
        "Mette Lundsgaard",
        "Havnby Kommune",
        "Byrådsmedlem",
        CPH,
        POLITICIAN,
        0,
        (0,),
        True,
        CONFIRM,
    ),
    R("Søren Hvidbjerg", "Fjordby Kommune", "Direktør", AAL, CENTRAL, 7, (0,), True, CONFIRM),
    R("Aisha Rahimi", "Lindehaven Plejecenter", "Sygeplejerske", AAL, FRONT, 5, (), True, CONFIRM),
    R("Henrik Toftegaard", "Klarvand ApS", "Udviklingschef", CPH, COMPANY, 8, (1,), True, CONFIRM),
    R("Birgit Ågesen", "Sundby Kommune", "Udvalgsformand", CPH, POLITICIAN, 1, (), False, CONFIRM),
    R(
        "Emil Storgaard",
        "Havnby Kommune",
        "Innovationskonsulent",
        CPH,
        CENTRAL,
        9,
        (0, 2),
        True,
        CONFIRM,
    ),
    R(
        "Pernille Kragelund",
        "Region Nordsund",
        "Regionsrådsmedlem",
        AAL,
        POLITICIAN,
        3,
        (0,),
        True,
        CONFIRM,
    ),
    R("Yusuf Demirel", "Naboskabet", "Projektleder", CPH, COMPANY, 4, (2,), True, CONFIRM),
    R("Lone Vestermark", "Åbakke Kommune", "Socialrådgiver", CPH, FRONT, -1, (0,), False, WAITED),
    R(
        "Rasmus Fuglsang",
        "Åbakke Kommune",
        "Digitaliseringschef",
        AAL,
        CENTRAL,
        11,
        (),
        True,
        CONFIRM,
    ),
    R(
        "Ingeborg Dalsgaard",
        "Ældrerådet i Fjordby",
        "Næstformand",
        AAL,
        OTHER,
        5,
        (0,),
        True,
        CONFIRM,
    ),
    R("Katrine Bækdal", "Sundby Kommune", "Sekretariatsleder", CPH, CENTRAL, 7, (), False, CONFIRM),
    R(
        "Marie Whitfield",
        "Northbridge City Council",
        "Policy adviser",
        CPH,
        CENTRAL,
        0,
        (),
        True,
        CONFIRM,
        "en",
    ),
    R("Thomas Skytte", "Havnby Kommune", "Byrådsmedlem", CPH, POLITICIAN, 6, (1,), True, CONFIRM),
    R("Nanna Egelund", "Strandskolen", "Skoleleder", CPH, FRONT, 10, (0,), False, CONFIRM),
    R(
        "Peter Rosenvinge",
        "Omsorgsteknik A/S",
        "Salgsdirektør",
        AAL,
        COMPANY,
        3,
        (1,),
        True,
        DECLINE,
    ),
    R("Cecilie Holmbæk", "Fjordby Kommune", "Ergoterapeut", AAL, FRONT, 5, (0, 1), True, CONFIRM),
    R("Jens Overballe", "Sundby Kommune", "Borgmester", CPH, POLITICIAN, 2, (), True, WITHDREW),
    R("Fatima El-Amrani", "Region Nordsund", "Chefkonsulent", AAL, CENTRAL, 9, (0,), True, CONFIRM),
    R(
        "Anders Kildevang",
        "Mosevang Kommune",
        "Udviklingskonsulent",
        AAL,
        CENTRAL,
        -1,
        (),
        False,
        CONFIRM,
    ),
    R("Louise Grønbech", "Havnby Kommune", "Analytiker", CPH, CENTRAL, 1, (0,), False, DECLINE),
    R(
        "Mikkel Sandbjerg",
        "Velfærdslaboratoriet Vest",
        "Laborant",
        AAL,
        OTHER,
        11,
        (2,),
        True,
        CONFIRM,
    ),
    R(
        "Gitte Nørremølle",
        "Mosevang Kommune",
        "Byrådsmedlem",
        AAL,
        POLITICIAN,
        3,
        (0,),
        True,
        CONFIRM,
    ),
    R("Oliver Steensborg", "Studio Klarsyn", "Designer", CPH, COMPANY, 4, (1, 2), True, CONFIRM),
    R("Hanne Brinkholt", "Frivilligcenter Åbakke", "Leder", CPH, COMPANY, 8, (0,), True, CONFIRM),
    R("Kasper Ulvedal", "Sundby Kommune", "Byrådsmedlem", CPH, POLITICIAN, 0, (), False, CONFIRM),
    R(
        "Zainab Yilmaz",
        "Lindehaven Plejecenter",
        "Afdelingsleder",
        AAL,
        FRONT,
        10,
        (0,),
        True,
        CONFIRM,
    ),
    R(
        "Daniel Okafor",
        "University of Northbridge",
        "Researcher",
        CPH,
        OTHER,
        1,
        (2,),
        True,
        CONFIRM,
        "en",
    ),
    R(
        "Ulla Kjærsgaard",
        "Åbakke Kommune",
        "Hjemmesygeplejerske",
        CPH,
        FRONT,
        5,
        (0,),
        False,
        CONFIRM,
    ),
    R("Bo Halkjær", "Fjordby Kommune", "Byrådsmedlem", AAL, POLITICIAN, 6, (1,), True, CONFIRM),
    R("Stine Elverhøj", "Havnby Kommune", "Presserådgiver", CPH, CENTRAL, -1, (), False, DECLINE),
    R("Malthe Rønbjerg", "Sansenet ApS", "Medstifter", AAL, COMPANY, 3, (0, 1), True, CONFIRM),
    R(
        "Ida Svanholm",
        "Region Østkyst",
        "Regionsrådsmedlem",
        CPH,
        POLITICIAN,
        1,
        (0,),
        True,
        CONFIRM,
    ),
    R(
        "Niels Tranberg",
        "Danmarks Hjemmehjælp",
        "Faglig sekretær",
        CPH,
        COMPANY,
        2,
        (),
        False,
        CONFIRM,
    ),
    R(
        "Camilla Friis-Dahl",
        "Sundby Kommune",
        "Direktionskonsulent",
        CPH,
        CENTRAL,
        7,
        (2,),
        True,
        CONFIRM,
    ),
    R("Omar Haddad", "Mosevang Kommune", "Pædagog", AAL, FRONT, 10, (0,), False, CANCEL),
    R(
        "Vibeke Skaarup",
        "Mosevang Kommune",
        "Kommunaldirektør",
        AAL,
        CENTRAL,
        11,
        (),
        True,
        CONFIRM,
    ),
    R(
        "Frederik Lyngby",
        "Velfærdslaboratoriet Vest",
        "Ingeniør",
        AAL,
        OTHER,
        9,
        (1,),
        True,
        WAITED,
    ),
    R("Tove Ørsnæs", "Sundby Kommune", "Bibliotekar", CPH, FRONT, 4, (0,), True, CONFIRM),
    R(
        "Laila Holmgreen",
        "Åbakke Kommune",
        "Byrådsmedlem",
        CPH,
        POLITICIAN,
        2,
        (0, 1),
        True,
        CONFIRM,
    ),
    R("Simon Vindelev", "Fjordby Kommune", "Udviklingschef", AAL, CENTRAL, 6, (), True, CONFIRM),
    R("Grete Mosegaard", "Patientstemmen", "Formand", CPH, COMPANY, 5, (0,), True, CANCEL),
    R("Christian Ahlfeldt", "Region Østkyst", "Kontorchef", CPH, CENTRAL, 0, (), False),
    R("Maja Torp", "Fjordby Kommune", "Social- og sundhedsassistent", AAL, FRONT, 5, (0,), True),
    R(
        "Elena Petrova",
        "Baltic Cities Forum",
        "Programme manager",
        CPH,
        COMPANY,
        2,
        (1,),
        True,
        UNDECIDED,
        "en",
    ),
    R("Lars-Ole Munkholm", "Mosevang Kommune", "Byrådsmedlem", AAL, POLITICIAN, 3, (), False),
    R("Signe Aastrup", "Havnby Kommune", "Jordemoder", CPH, FRONT, 10, (0,), True),
    R("Jakob Hedelund", "Havnby Kommune", "Byrådsmedlem", CPH, POLITICIAN, 6, (0, 2), True),
    R("Nadia Korsgaard", "Region Nordsund", "Projektleder", AAL, CENTRAL, 9, (1,), True),
    R("Verner Bisgaard", "Brugerrådet i Mosevang", "Medlem", AAL, OTHER, -1, (0,), False, CANCEL),
    R("Sofie Landbo", "Studio Klarsyn", "Antropolog", CPH, COMPANY, 4, (2,), True),
    R("Hassan Aydin", "Sundby Kommune", "Jobkonsulent", CPH, FRONT, 8, (), False),
    R("Anne-Grethe Vium", "Åbakke Kommune", "Viceborgmester", CPH, POLITICIAN, 1, (0,), True),
    R("Tobias Engholm", "Omsorgsteknik A/S", "Produktchef", AAL, COMPANY, 11, (1,), True),
    R("Rikke Sejersbøl", "Fjordby Kommune", "Leder af hjemmeplejen", AAL, FRONT, 3, (0,), True),
    R("Morten Klitgaard-Bæk", "Region Østkyst", "Specialkonsulent", CPH, CENTRAL, 7, (), True),
    R("Dorthe Hestehave", "Havnby Kommune", "Skolechef", CPH, CENTRAL, -1, (0,), False),
    R("Ahmed Siddiq", "Unge i Byen", "Talsperson", CPH, OTHER, 2, (1, 2), True),
    R("Karen Margrethe Hjorth", "Fjordby Kommune", "Byrådsmedlem", AAL, POLITICIAN, 0, (), True),
    R("Esben Lykkegaard", "Sansenet ApS", "Udvikler", AAL, COMPANY, 4, (2,), False),
)
