"""What the demo's form for trying out solutions says, in both languages."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class AskedWords:
    """One question of the form as it is asked."""

    label: str
    help_text: str = ""
    statement: str = ""
    purpose: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class TrialWords:
    """The page and its questions, by their keys."""

    title: str
    slug: str
    intro: str
    thanks: str
    button: str
    search_description: str
    questions: dict[str, AskedWords] = field(default_factory=dict)


DANISH = TrialWords(
    title="Afprøv en løsning",
    slug="afproev-en-loesning",
    intro=(
        "<p>Udkastene fra værkstederne bliver til løsninger, der skal prøves i virkeligheden. Har "
        "du en hverdag, de kan prøves i? Fortæl os kort, hvor og hvordan.</p>"
    ),
    thanks=(
        "<p>Tak, fordi du vil prøve noget, der ikke er færdigt. Vi ringer eller skriver inden for "
        "en uge og aftaler resten.</p>"
    ),
    button="Send",
    search_description="Meld jer til at prøve en løsning fra de åbne værksteder.",
    questions={
        "hvem": AskedWords("Hvem er du?"),
        "navn": AskedWords("Navn", purpose="For at vide, hvem vi taler med"),
        "email": AskedWords("E-mail", purpose="For at kunne svare dig"),
        "sted": AskedWords(
            "Hvor arbejder du?",
            purpose="For at finde en løsning, der passer til jer",
            choices=("I en kommune", "I en region", "I en virksomhed eller forening"),
        ),
        "kommune": AskedWords("Hvilken kommune?", purpose="For at sprede forsøgene over landet"),
        "loesningen": AskedWords("Løsningen", "Der er plads til få ad gangen, så alle får hjælp."),
        "loesning": AskedWords(
            "Hvilken løsning vil I prøve?",
            purpose="For at fordele løsningerne",
            choices=(
                "Byrådets prøverum: en time om en sag, før den er skrevet",
                "Det halve udkast: borgere skriver resten",
                "Makkerskab: en politiker og en fagperson en dag på arbejde",
            ),
        ),
        "hvordan": AskedWords(
            "Hvordan kunne det foregå hos jer?",
            "Et par linjer er nok.",
            purpose="For at kunne forberede den første samtale",
        ),
        "start": AskedWords(
            "Hvornår kan I tidligst begynde?", purpose="For at lægge en plan for forsøgene"
        ),
        "kontakt": AskedWords(
            "Hvordan vil du helst kontaktes?",
            purpose="For at svare dig på den måde, der passer dig",
            choices=("Skriv til mig", "Ring til mig"),
        ),
        "telefon": AskedWords("Telefonnummer", purpose="For at kunne ringe, som du har bedt om"),
        "moedet": AskedWords(
            "Når vi mødes", "Vi kommer gerne til jer, og du bestemmer, hvad vi skal vide."
        ),
        "adresse": AskedWords("Hvor skal vi komme hen?", purpose="For at finde vej til jer"),
        "hensyn": AskedWords(
            "Er der noget, vi skal tage hensyn til?",
            "For eksempel tolk, hørelse eller trapper. Skriv kun det, vi skal bruge.",
            purpose="For at alle kan være med til mødet",
        ),
        "foto": AskedWords(
            "Ja, I må tage billeder",
            statement=(
                "Vi vil gerne vise andre, hvordan det går. Billederne bruges på vores egne sider "
                "om forsøget og slettes, når det er slut. Du kan til enhver tid sige nej igen."
            ),
            purpose="For at vise andre, hvordan forsøget går",
        ),
    },
)

ENGLISH = TrialWords(
    title="Try a solution",
    slug="try-a-solution",
    intro=(
        "<p>The drafts from the workshops become solutions that have to be tried in real life. Do "
        "you have a working day to try them in? Tell us briefly where and how.</p>"
    ),
    thanks=(
        "<p>Thank you for trying something that is not finished. We ring or write within a week "
        "and agree on the rest.</p>"
    ),
    button="Send",
    search_description="Offer to try a solution from the open workshops.",
    questions={
        "hvem": AskedWords("Who are you?"),
        "navn": AskedWords("Name", purpose="To know whom we talk to"),
        "email": AskedWords("E-mail", purpose="To be able to answer you"),
        "sted": AskedWords(
            "Where do you work?",
            purpose="To find a solution that suits you",
            choices=("In a municipality", "In a region", "In a company or an association"),
        ),
        "kommune": AskedWords(
            "Which municipality?", purpose="To spread the trials over the country"
        ),
        "loesningen": AskedWords(
            "The solution", "There is room for few at a time, so that everybody gets help."
        ),
        "loesning": AskedWords(
            "Which solution would you like to try?",
            purpose="To share out the solutions",
            choices=(
                "The council's rehearsal room: an hour on a matter before it is written",
                "Half a draft: citizens write the rest",
                "Mates: a politician and a practitioner at work for a day",
            ),
        ),
        "hvordan": AskedWords(
            "How could it be done where you are?",
            "A line or two will do.",
            purpose="To be able to prepare the first talk",
        ),
        "start": AskedWords("When could you begin?", purpose="To plan the trials"),
        "kontakt": AskedWords(
            "How should we get in touch?",
            purpose="To answer you in the way that suits you",
            choices=("Write to me", "Ring me"),
        ),
        "telefon": AskedWords("Telephone number", purpose="To be able to ring, as you asked"),
        "moedet": AskedWords(
            "When we meet", "We are happy to come to you, and you decide what we should know."
        ),
        "adresse": AskedWords("Where should we come?", purpose="To find the way to you"),
        "hensyn": AskedWords(
            "Is there anything we should consider?",
            "Such as an interpreter, hearing or stairs. Write only what we need.",
            purpose="So that everybody can take part in the meeting",
        ),
        "foto": AskedWords(
            "Yes, you may take pictures",
            statement=(
                "We would like to show others how it goes. The pictures are used on our own pages "
                "about the trial and deleted when it is over. You can say no again at any time."
            ),
            purpose="To show others how the trial goes",
        ),
    },
)

WORDS = {"da": DANISH, "en": ENGLISH}
