"""What the demo says in Danish, the language the invitation is first written in."""

from __future__ import annotations

from .shapes import (
    AudienceWords,
    CallWords,
    DecisionWords,
    DocumentWords,
    EventWords,
    FactBoxWords,
    OutcomeWords,
    PageWords,
    QuestionWords,
    QuoteWords,
    ReadingWords,
    SessionWords,
    SiteWords,
    StepsWords,
    TextWords,
    VenueWords,
)

BODY = (
    TextWords(
        "Derfor handler det om politikerne",
        "<p>Byråd og regionsråd peger ud, hvor fællesskabet skal bevæge sig hen. Alligevel bliver "
        "langt de fleste forsøg med nye arbejdsgange, ny teknologi og nye samarbejder sat i gang "
        "uden dem: Kun ved omkring hver sjette sidder der en politiker med, når det begynder.</p>"
        "<p>Det koster på begge sider. Uden politisk rygdækning går gode idéer i stå den dag, "
        "projektpengene er brugt. Og uden fornemmelse for hverdagen bliver politiske mål let til "
        "ord på papir. Så vi spørger: <b>Hvad skal der til, for at de folkevalgte kan gå foran, "
        "når velfærden skal tænkes om?</b></p>",
    ),
    TextWords(
        "To byer, samme eftermiddag",
        "<p>Et åbent værksted er hverken konference eller kursus. Du sidder ved et arbejdsbord med "
        "mennesker, du ellers sjældent møder, og I bygger på noget, som andre kan bruge bagefter. "
        "De to værksteder kører samtidig og tager fat i hver sin ende af spørgsmålet:</p>"
        "<ul><li>I <b>København</b> ser vi på rammerne. Hvordan indretter et byråd sit arbejde, så "
        "det kan lægge en kurs og holde fast i den?</li>"
        "<li>I <b>Aalborg</b> ser vi på velfærdsteknologi. Hvordan tager man politisk stilling til "
        "noget, ingen endnu kender udbyttet af?</li></ul>",
    ),
    QuoteWords(
        "Jeg har siddet i byrådet i otte år og har nikket ja til mange projekter, jeg først hørte "
        "om, da de var færdige. Jeg vil hellere kaldes ind, mens det hele stadig kan blive til "
        "noget andet. Så må jeg til gengæld turde stille spørgsmål, jeg ikke selv har svaret på.",
        "Kirsten Højbjerg",
        "byrådsmedlem",
        "Havnby Kommune",
        "portrait-1.jpg",
    ),
    StepsWords(
        "Sådan forløber eftermiddagen",
        (
            (
                "Kl. 13.00: Velkomst",
                "Vi lægger opgaven frem, og I finder sammen i blandede grupper på fem-seks "
                "personer.",
            ),
            (
                "Kl. 13.25: Første runde ved bordene",
                "Grupperne tager fat i de redskaber, der findes i dag, og finder ud af, hvor de "
                "knirker.",
            ),
            (
                "Kl. 14.20: Vi kigger ind til hinanden",
                "Skærmene tændes, og København og Aalborg viser hinanden, hvad der ligger på "
                "bordene. Stjæl gerne en idé fra den anden by.",
            ),
            ("Kl. 14.40: Pause", "Kaffe, frugt og kage."),
            (
                "Kl. 15.00: Anden runde ved bordene",
                "I bygger jeres udkast færdigt med det, I hørte fra den anden by.",
            ),
            (
                "Kl. 15.40: Det går videre",
                "Hver gruppe viser sit udkast, og vi aftaler, hvem der har lyst til at prøve det "
                "af. Vi slutter kl. 16.",
            ),
        ),
    ),
    QuoteWords(
        "I forvaltningen er vi dygtige til at gøre en sag klar til beslutning. Vi er mindre øvede "
        "i at vise et udvalg noget, der kun er halvt tænkt. Jeg håber, vi finder en måde, hvor det "
        "er i orden at være i tvivl – på begge sider af bordet.",
        "Jonas Abildtoft",
        "innovationschef",
        "Fjordby Kommune",
        "portrait-2.jpg",
    ),
    FactBoxWords(
        "Godt at vide",
        "<ul><li>Det er gratis at være med, og du skal ikke forberede noget.</li>"
        "<li>Du vælger selv by. Vi sætter holdet, så bordene bliver blandede, og skriver til dig, "
        "når vi har set på din tilmelding.</li>"
        "<li>Mens vi ser på den, holder vi en plads til dig.</li>"
        "<li>Bliver du forhindret, så giv os besked, så en anden kan få pladsen.</li></ul>",
    ),
    QuoteWords(
        "Når et plejehjem får en robotarm eller en skærm, er det ikke bare et indkøb. Hverdagen "
        "bliver en anden for dem, der bor der, og for dem, der arbejder der. Den samtale skal også "
        "tages i byrådssalen, og helst før kassen er pakket ud.",
        "Sahar Lindquist",
        "leder",
        "Velfærdslaboratoriet Vest",
        "portrait-3.jpg",
    ),
    OutcomeWords(
        "Det kommer der ud af det",
        "<p>Det, I bygger, ender ikke i et referat. I ugerne efter samler vi trådene fra begge "
        "byer og former de stærkeste udkast til løsninger, der kan prøves af i virkeligheden.</p>",
        (
            "Udkast til arbejdsformer, som byråd og udvalg kan tage i brug",
            "Spørgsmål at stille, før der sættes penge i ny velfærdsteknologi",
            "Løsninger, som testes hos de kommuner, regioner og organisationer, der melder sig",
        ),
    ),
    CallWords("Der er plads ved bordet, så længe der er pladser tilbage.", "Søg om en plads"),
    DocumentWords(
        "Læs hele invitationen",
        "Invitation til åbne værksteder",
        "invitation-da.pdf",
    ),
    ReadingWords("Læs om tankerne bag de åbne værksteder", "thinking"),
)

SESSIONS = (
    SessionWords(
        name="København",
        heading="Når byrådet går foran",
        description=(
            "<p>Hvilke møder, udvalg og spilleregler gør det lettere for folkevalgte at lægge en "
            "kurs og blive på den? Vi skiller to kommuners måde at arbejde på ad, ser efter, hvad "
            "der bærer, og sætter delene sammen på nye måder.</p>"
        ),
        venue=VenueWords(
            name="Pakhus 12",
            city="København K",
            directions=(
                "<p>Fra Christianshavn Station er der ti minutter til fods langs vandet. Der er "
                "cykelstativer foran indgangen.</p>"
            ),
            accessibility=(
                "<ul><li>Trinfri indgang fra kajen og elevator til alle etager</li>"
                "<li>Handicaptoilet i stueetagen</li><li>Teleslynge i salen</li>"
                "<li>To handicapparkeringspladser ved døren</li></ul>"
                "<p>Ring til stedets kontaktperson, hvis du har spørgsmål.</p>"
            ),
        ),
        contact_title="vært i København",
    ),
    SessionWords(
        name="Aalborg",
        heading="Når teknologien flytter ind i velfærden",
        description=(
            "<p>Udbyttet af et forsøg med velfærdsteknologi kan sjældent regnes ud på forhånd. Vi "
            "lægger den velkendte business case ved siden af en <i>policy case</i>, hvor "
            "politikere løbende taler formål, risiko og udbytte igennem med dem, det angår – og "
            "prøver, hvad hver af dem duer til.</p>"
        ),
        venue=VenueWords(
            name="Broloftet",
            city="Aalborg",
            directions=(
                "<p>Fra Aalborg Station er der et kvarters gang ned mod fjorden. Broloftet ligger "
                "på hjørnet lige før broen.</p>"
            ),
            accessibility=(
                "<ul><li>Rampe ved hovedindgangen og alt i ét plan</li>"
                "<li>Handicaptoilet ved garderoben</li><li>Teleslynge i værkstedet</li>"
                "<li>Førerhunde er velkomne</li></ul>"
                "<p>Ring til stedets kontaktperson, hvis du har spørgsmål.</p>"
            ),
        ),
        contact_title="vært i Aalborg",
    ),
)

AUDIENCES = (
    AudienceWords(
        "",
        "du har mere lyst til at bygge end til at lytte, og gerne lægger det, du ved, på bordet, "
        "så andre kan bruge det.",
    ),
    AudienceWords(
        "Politiker",
        "du er folkevalgt og vil have bedre betingelser for at gå foran, når kommunen eller "
        "regionen skal finde nye svar.",
    ),
    AudienceWords(
        "Medarbejder eller leder i en central forvaltning",
        "du arbejder i en stab, et sekretariat eller en central forvaltning og savner redskaber "
        "til at afstemme forventninger med det politiske niveau.",
    ),
    AudienceWords(
        "Fagperson tæt på borgerne",
        "du møder borgerne i dit arbejde og vil have den viden med, når der bliver truffet "
        "beslutninger.",
    ),
    AudienceWords(
        "Fra en virksomhed eller forening",
        "du har prøvet at udvikle noget sammen med det offentlige og har et bud på, hvordan det "
        "kan gøres bedre.",
    ),
    AudienceWords("Anden ressourceperson", ""),
)

QUESTIONS = (
    QuestionWords("Organisation", "Så vi kan blande grupperne. Står på dit navneskilt."),
    QuestionWords("Titel", "Så vi kan blande grupperne. Står på dit navneskilt."),
    QuestionWords("På dagen"),
    QuestionWords("Hvad håber du at tage med hjem?", "Et par linjer er nok. De former programmet."),
    QuestionWords(
        "Sæt kryds ved det, der passer",
        "Så vi kan bestille og planlægge.",
        (
            "Jeg vil gerne have en sandwich kl. 12.30",
            "Jeg har et eksempel med, som gruppen kan arbejde på",
            "Jeg vil gerne tage noter for min gruppe",
        ),
    ),
    QuestionWords("Hvad går dit eksempel ud på?", "Så sætter vi den rette gruppe på det."),
    QuestionWords(
        "Skriv til mig, når løsningerne er klar til at blive prøvet af",
        "Vi skriver én gang, og kun om det.",
    ),
)

EVENT = EventWords(
    title="Kom med på værksted: Politikernes plads i offentlig innovation",
    slug="abne-vaerksteder",
    lead=(
        "Nye løsninger i det offentlige står stærkere, når de folkevalgte er med fra begyndelsen. "
        "En onsdag eftermiddag åbner vi dørene i København og Aalborg på samme tid, og vi mangler "
        "netop det, du ved."
    ),
    figure_caption="Omkring samme bord: politikere, embedsfolk, fagfolk og borgere.",
    figure_credit="Kom med",
    listing_text=(
        "En eftermiddag, to byer og ét spørgsmål: Hvad skal der til, for at de folkevalgte kan gå "
        "foran?"
    ),
    search_description=(
        "Åbne værksteder i København og Aalborg om politikernes plads i offentlig innovation. Det "
        "er gratis at være med."
    ),
    body=BODY,
    sessions=SESSIONS,
    audiences=AUDIENCES,
    host_roles=("Vært", *("Medvært i København",) * 3, *("Medvært i Aalborg",) * 2),
    contact_titles=("innovationskonsulent", "chefkonsulent"),
    questions=QUESTIONS,
)

PLAIN_PAGES = {
    "thinking": PageWords(
        title="Tankerne bag",
        slug="tankerne-bag",
        lead=(
            "Et åbent værksted er en kort, tæt arbejdsform for folk, der bøvler med det samme på "
            "hver sin side af organisationen."
        ),
        html=(
            "<h2>Samme opgave, flere steder</h2>"
            "<p>Vi holder værkstederne på samme tid i flere byer. Det gør rejsen kort, og det gør "
            "opgaven større: Hver by tager sin vinkel, og halvvejs ser byerne hinanden over "
            "skulderen. Det, der virker ét sted, kan prøves et andet sted den samme dag.</p>"
            "<h2>Alle dem, det angår</h2>"
            "<p>En løsning, der kun er set fra ét bord, holder sjældent i virkeligheden. Derfor "
            "sætter vi holdet, så der ved hvert bord sidder både nogen, der beslutter, nogen, der "
            "forbereder, og nogen, der møder borgerne.</p>"
            "<h2>Brug først det, der findes</h2>"
            "<p>Man behøver ikke opfinde alt forfra. Vi begynder med det, andre har prøvet, og "
            "spørger, om det kan genbruges, rettes til eller lades ligge.</p>"
        ),
        body=(
            OutcomeWords(
                "Fra bord til afprøvning",
                "<p>Udkastene fra værkstederne bliver til løsninger, som interesserede kan teste. "
                "Deltagerne får besked, når det sker.</p>",
                (),
            ),
        ),
        in_menu=True,
        search_description="Hvorfor vi holder åbne værksteder flere steder på samme tid.",
    ),
    "privacy": PageWords(
        title="Sådan behandler vi dine oplysninger",
        slug="privatliv",
        lead="Vi spørger kun om det, vi har brug for til at holde værkstedet.",
        html=(
            "<h2>Hvem er ansvarlig?</h2>"
            "<p>Center for Offentlig Nytænkning er dataansvarlig. Centret er opdigtet, ligesom "
            "alle personer her på siden. Skriv til tilmelding@example.dk.</p>"
            "<h2>Hvad beder vi om, og hvorfor?</h2>"
            "<p>Navn og e-mail for at kunne svare dig. By og deltagergruppe for at kunne sætte "
            "holdet. Organisation, titel og det, du skriver til os, for at kunne blande grupperne "
            "og forme programmet. Vi beder ikke om oplysninger om helbred og beder dig lade være "
            "med at skrive dem.</p>"
            "<h2>Hvor længe?</h2>"
            "<p>Vi gemmer din tilmelding, til arrangementet er afviklet og fulgt op, og sletter "
            "den senest tre måneder efter.</p>"
            "<h2>Hvem ser dem?</h2>"
            "<p>De medarbejdere, der tager imod tilmeldinger, og værten i den by, du har valgt. "
            "Siden sætter ingen cookies og henter intet hos andre.</p>"
            "<h2>Dine rettigheder</h2>"
            "<p>Du kan bede om at se, få rettet eller få slettet det, vi har om dig. Du kan klage "
            "til Datatilsynet.</p>"
        ),
        search_description="Hvad vi beder om, hvorfor, og hvor længe vi gemmer det.",
    ),
    "accessibility": PageWords(
        title="Tilgængelighed",
        slug="tilgaengelighed",
        lead="Alle skal kunne læse invitationen og melde sig til.",
        html=(
            "<h2>Sådan arbejder vi</h2>"
            "<p>Siden er bygget, så den kan bruges med tastatur, med skærmlæser, uden JavaScript "
            "og med stor skrift. Vi retter os efter WCAG 2.2 på niveau AA.</p>"
            "<h2>Mød op</h2>"
            "<p>Under hver by kan du læse om adgangsforholdene på stedet.</p>"
            "<h2>Sig til, hvis noget driller</h2>"
            "<p>Skriv til tilmelding@example.dk eller ring på 12 34 56 00, så hjælper vi dig med "
            "at melde dig til.</p>"
        ),
        search_description="Hvordan siden er bygget, og hvad du gør, hvis noget driller.",
    ),
}

SITE = SiteWords(
    language="da",
    home=PageWords(
        title="Tænk med, hvor det offentlige tænker nyt",
        slug="forside",
        lead=(
            "Center for Offentlig Nytænkning samler dem, der beslutter, dem, der udfører, og dem, "
            "det handler om. Kom med, når vi arbejder."
        ),
        body=(
            TextWords(
                "Hvem er vi?",
                "<p>Vi er et lille center, der hjælper kommuner, regioner og stat med at finde, "
                "afprøve og genbruge nye løsninger. Vi ejer ingen af dem. Vi sørger for, at de "
                "rigtige mennesker får en eftermiddag sammen.</p>",
            ),
            ReadingWords("Læs om tankerne bag de åbne værksteder", "thinking"),
        ),
        search_description="Center for Offentlig Nytænkning inviterer til åbne værksteder.",
    ),
    index=PageWords(
        title="Arrangementer",
        slug="arrangementer",
        lead="Her kan du se, hvad vi har på vej, og hvad vi har holdt.",
        in_menu=True,
        search_description="Kommende og afholdte arrangementer.",
    ),
    plain_pages=PLAIN_PAGES,
    event=EVENT,
    decisions=DecisionWords(
        confirmed="",
        waiting="Vi vil gerne have dig med, men venter lidt for at kunne blande grupperne.",
        declined=(
            "Vi har fået mange tilmeldinger fra din organisation og har valgt at give pladsen til "
            "en kollega. Du hører fra os næste gang."
        ),
        cancelled="Tak, fordi du gav os besked. Vi har givet pladsen fri.",
    ),
    hopes=(
        "En måde at tage de svære samtaler på, før sagen er skrevet færdig.",
        "Konkrete eksempler fra andre byråd, som jeg kan vise mine kolleger.",
        "Mod til at sige, at vi ikke ved det endnu.",
        "Et bedre svar end en business case, når vi skal købe ny teknologi.",
        "Nye ansigter i mit netværk – gerne fra den anden ende af landet.",
        "At det, jeg ser hos borgerne, også når ind i udvalget.",
        "Et udkast, vi kan prøve af i vores eget udvalg.",
        "Forståelse for, hvad politikere egentlig har brug for fra os i stabene.",
        "Inspiration til, hvordan vi inviterer virksomheder ind tidligere.",
        "Redskaber til at følge op, når et forsøg er slut.",
        "Jeg vil gerne høre, hvordan andre får politikerne ud på arbejdspladserne.",
        "En realistisk snak om risiko, og hvem der har den.",
    ),
)
