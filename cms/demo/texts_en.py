"""What the demo says in English."""

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
        "Why politicians?",
        "<p>City and regional councils decide where we are heading together. Yet most attempts at "
        "new ways of working, new technology and new partnerships start without them: in only "
        "about one in six is a politician in the room at the beginning.</p>"
        "<p>Both sides pay for that. Without political backing, good ideas stop the day the "
        "project money runs out. And without a feel for daily life, political goals easily become "
        "words on paper. So we ask: <b>what does it take for elected representatives to lead the "
        "way when public services are rethought?</b></p>",
    ),
    TextWords(
        "Two cities, one afternoon",
        "<p>An open workshop is neither a conference nor a course. You sit at a workbench with "
        "people you rarely meet, and together you build something that others can use afterwards. "
        "The two workshops run at the same time, each from its own end of the question:</p>"
        "<ul><li>In <b>Copenhagen</b> we look at the framework. How does a council organise its "
        "work so that it can set a course and stay on it?</li>"
        "<li>In <b>Aalborg</b> we look at welfare technology. How do you take a political stand on "
        "something whose benefit nobody knows yet?</li></ul>",
    ),
    QuoteWords(
        "I have been on the council for eight years and have said yes to many projects I first "
        "heard of when they were finished. I would rather be called in while everything can still "
        "turn out differently. In return I must dare to ask questions I have no answer to.",
        "Kirsten Højbjerg",
        "city councillor",
        "Havnby Municipality",
        "portrait-1.jpg",
    ),
    StepsWords(
        "How the afternoon goes",
        (
            (
                "13:00: Welcome",
                "We present the task, and you form mixed groups of five or six.",
            ),
            (
                "13:25: First round at the tables",
                "The groups take hold of the tools we have today and find out where they creak.",
            ),
            (
                "14:20: We look in on each other",
                "The screens go on, and Copenhagen and Aalborg show each other what is on their "
                "tables. Feel free to steal an idea from the other city.",
            ),
            ("14:40: Break", "Coffee, fruit and cake."),
            (
                "15:00: Second round at the tables",
                "You finish your draft with what you heard from the other city.",
            ),
            (
                "15:40: It goes on from here",
                "Each group shows its draft, and we agree on who would like to try it out. We end "
                "at 16:00.",
            ),
        ),
    ),
    QuoteWords(
        "In the administration we are good at getting a case ready for a decision. We have less "
        "practice in showing a committee something half thought through. I hope we find a way in "
        "which it is all right to be in doubt – on both sides of the table.",
        "Jonas Abildtoft",
        "head of innovation",
        "Fjordby Municipality",
        "portrait-2.jpg",
    ),
    FactBoxWords(
        "Good to know",
        "<ul><li>Taking part is free, and there is nothing to prepare.</li>"
        "<li>You choose the city. We put the team together so that every table is mixed, and write "
        "to you when we have looked at your registration.</li>"
        "<li>While we do, we keep a seat for you.</li>"
        "<li>The workshops are held in Danish; there is an English-speaking table in both "
        "cities.</li>"
        "<li>If you cannot come after all, tell us, so that somebody else can have the "
        "seat.</li></ul>",
    ),
    QuoteWords(
        "When a care home gets a robot arm or a screen, that is not just a purchase. Daily life "
        "changes for those who live there and for those who work there. That conversation belongs "
        "in the council chamber too, preferably before the box is opened.",
        "Sahar Lindquist",
        "director",
        "Welfare Lab West",
        "portrait-3.jpg",
    ),
    OutcomeWords(
        "What comes out of it",
        "<p>What you build does not end up in the minutes. In the following weeks we gather the "
        "threads from both cities and shape the strongest drafts into solutions that can be tried "
        "in real life.</p>",
        (
            "Drafts of working methods that councils and committees can take into use",
            "Questions to ask before money is put into new welfare technology",
            "Solutions to be tested by the municipalities, regions and organisations that sign up",
        ),
    ),
    CallWords("There is room at the table for as long as there are seats.", "Apply for a seat"),
    DocumentWords("Read the whole invitation", "Invitation to open workshops", "invitation-en.pdf"),
    ReadingWords("Read about the thinking behind the open workshops", "thinking"),
)

SESSIONS = (
    SessionWords(
        name="Copenhagen",
        heading="When the council leads the way",
        description=(
            "<p>Which meetings, committees and rules make it easier for elected representatives to "
            "set a course and stay on it? We take two municipalities' ways of working apart, see "
            "what carries weight, and put the parts together in new ways.</p>"
        ),
        venue=VenueWords(
            name="Pakhus 12",
            city="København K",
            directions=(
                "<p>Ten minutes on foot along the water from Christianshavn Station. There are "
                "bicycle stands in front of the entrance.</p>"
            ),
            accessibility=(
                "<ul><li>Step-free entrance from the quay, and a lift to all floors</li>"
                "<li>Accessible toilet on the ground floor</li><li>Hearing loop in the hall</li>"
                "<li>Two disabled parking bays at the door</li></ul>"
                "<p>Ring the contact for this place if you have questions.</p>"
            ),
        ),
        contact_title="host in Copenhagen",
    ),
    SessionWords(
        name="Aalborg",
        heading="When technology moves in with welfare",
        description=(
            "<p>What an experiment with welfare technology will bring can seldom be calculated "
            "beforehand. We put the familiar business case next to a <i>policy case</i>, in which "
            "politicians keep talking purpose, risk and benefit through with those concerned – and "
            "see what each of them is good for.</p>"
        ),
        venue=VenueWords(
            name="Broloftet",
            city="Aalborg",
            directions=(
                "<p>A quarter of an hour on foot from Aalborg Station down to the fjord. Broloftet "
                "is on the corner just before the bridge.</p>"
            ),
            accessibility=(
                "<ul><li>Ramp at the main entrance, and everything on one level</li>"
                "<li>Accessible toilet by the cloakroom</li><li>Hearing loop in the workshop</li>"
                "<li>Guide dogs are welcome</li></ul>"
                "<p>Ring the contact for this place if you have questions.</p>"
            ),
        ),
        contact_title="host in Aalborg",
    ),
)

AUDIENCES = (
    AudienceWords(
        "",
        "you would rather build than listen, and gladly put what you know on the table for others "
        "to use.",
    ),
    AudienceWords(
        "Politician",
        "you are an elected representative and want better conditions for leading the way when "
        "your municipality or region needs new answers.",
    ),
    AudienceWords(
        "Employee or manager in a central administration",
        "you work in a staff unit, a secretariat or a central administration and miss tools for "
        "aligning expectations with the political level.",
    ),
    AudienceWords(
        "Professional close to citizens",
        "you meet citizens in your work and want that knowledge to count when decisions are made.",
    ),
    AudienceWords(
        "From a company or an association",
        "you have tried to develop something together with the public sector and have a proposal "
        "for doing it better.",
    ),
    AudienceWords("Another resource person", ""),
)

QUESTIONS = (
    QuestionWords("Organisation", "So that we can mix the groups. It is on your name badge."),
    QuestionWords("Job title", "So that we can mix the groups. It is on your name badge."),
    QuestionWords("On the day"),
    QuestionWords(
        "What do you hope to take home?", "A line or two will do. They shape the programme."
    ),
    QuestionWords(
        "Tick what applies",
        "So that we can order and plan.",
        (
            "I would like a sandwich at 12:30",
            "I bring an example that the group can work on",
            "I am happy to take notes for my group",
        ),
    ),
    QuestionWords("What is your example about?", "So that it finds the right group."),
    QuestionWords(
        "Write to me when the solutions are ready to be tried",
        "We write once, and about nothing else.",
    ),
)

EVENT = EventWords(
    title="Come to a workshop: The politician's part in public innovation",
    slug="open-workshops",
    lead=(
        "New public solutions stand stronger when elected representatives are there from the "
        "beginning. One Wednesday afternoon we open the doors in Copenhagen and Aalborg at the "
        "same time, and what we need is exactly what you know."
    ),
    figure_caption="Around one table: politicians, officials, professionals and citizens.",
    figure_credit="Kom med",
    listing_text=(
        "One afternoon, two cities and one question: what does it take for elected "
        "representatives to lead the way?"
    ),
    search_description=(
        "Open workshops in Copenhagen and Aalborg on the politician's part in public innovation. "
        "Taking part is free."
    ),
    body=BODY,
    sessions=SESSIONS,
    audiences=AUDIENCES,
    host_roles=("Host", *("Co-host in Copenhagen",) * 3, *("Co-host in Aalborg",) * 2),
    contact_titles=("innovation consultant", "chief consultant"),
    questions=QUESTIONS,
)

PLAIN_PAGES = {
    "thinking": PageWords(
        title="The thinking behind",
        slug="the-thinking-behind",
        lead=(
            "An open workshop is a short, close way of working for people who struggle with the "
            "same thing from different sides of the organisation."
        ),
        html=(
            "<h2>One task, several places</h2>"
            "<p>We hold the workshops at the same time in several cities. That makes the journey "
            "short and the task larger: each city takes its own angle, and halfway through they "
            "look over each other's shoulders. What works in one place can be tried in another the "
            "same day.</p>"
            "<h2>Everybody concerned</h2>"
            "<p>A solution seen from one table alone seldom lasts in real life. So we put the team "
            "together in such a way that at every table there is someone who decides, someone who "
            "prepares and someone who meets the citizens.</p>"
            "<h2>First use what is there</h2>"
            "<p>Not everything has to be invented again. We begin with what others have tried, and "
            "ask whether it can be reused, adapted or left alone.</p>"
        ),
        body=(
            OutcomeWords(
                "From table to trial",
                "<p>The drafts from the workshops become solutions that anyone interested can "
                "test. Those who took part hear of it when that happens.</p>",
                (),
            ),
        ),
        in_menu=True,
        search_description="Why we hold open workshops in several places at the same time.",
    ),
    "privacy": PageWords(
        title="How we treat your data",
        slug="privacy",
        lead="We ask only for what we need to hold the workshop.",
        html=(
            "<h2>Who is responsible?</h2>"
            "<p>Center for Offentlig Nytænkning is the controller. The centre is made up, and so "
            "is everybody on this site. Write to tilmelding@example.dk.</p>"
            "<h2>What do we ask for, and why?</h2>"
            "<p>Name and e-mail, to be able to answer you. City and audience, to put the team "
            "together. Organisation, job title and what you write to us, to mix the groups and "
            "shape the programme. We do not ask about your health, and we ask you not to write "
            "about it.</p>"
            "<h2>For how long?</h2>"
            "<p>We keep your registration until the event has been held and followed up, and "
            "delete it three months later at the latest.</p>"
            "<h2>Who sees them?</h2>"
            "<p>The staff who take the registrations, and the host in the city you chose. This "
            "site sets no cookies and fetches nothing from others.</p>"
            "<h2>Your rights</h2>"
            "<p>You can ask to see, correct or delete what we have about you. You can complain to "
            "the Danish Data Protection Agency.</p>"
        ),
        search_description="What we ask for, why, and how long we keep it.",
    ),
    "accessibility": PageWords(
        title="Accessibility",
        slug="accessibility",
        lead="Everybody should be able to read the invitation and register.",
        html=(
            "<h2>How we work</h2>"
            "<p>This site is built to be used with a keyboard, with a screen reader, without "
            "JavaScript and with large text. We follow WCAG 2.2 at level AA.</p>"
            "<h2>Being there</h2>"
            "<p>You can read about access to each place under its city.</p>"
            "<h2>Tell us if something is in your way</h2>"
            "<p>Write to tilmelding@example.dk or ring 12 34 56 00, and we will help you to "
            "register.</p>"
        ),
        search_description="How the site is built, and what to do if something is in your way.",
    ),
}

SITE = SiteWords(
    language="en",
    home=PageWords(
        title="Think along where public services are rethought",
        slug="front-page",
        lead=(
            "Center for Offentlig Nytænkning brings together those who decide, those who do the "
            "work and those it is all about. Come along when we work."
        ),
        body=(
            TextWords(
                "Who are we?",
                "<p>We are a small centre that helps municipalities, regions and the state to "
                "find, try out and reuse new solutions. We own none of them. We see to it that the "
                "right people get an afternoon together.</p>",
            ),
            ReadingWords("Read about the thinking behind the open workshops", "thinking"),
        ),
        search_description="Center for Offentlig Nytænkning invites you to open workshops.",
    ),
    index=PageWords(
        title="Events",
        slug="events",
        lead="What we are planning, and what we have held.",
        in_menu=True,
        search_description="Upcoming and past events.",
    ),
    plain_pages=PLAIN_PAGES,
    event=EVENT,
    decisions=DecisionWords(
        confirmed="We have put you at the English-speaking table.",
        waiting="We would like you to come, and wait a little to be able to mix the groups.",
        declined=(
            "We have had many registrations from your organisation and have given the seat to a "
            "colleague. You will hear from us next time."
        ),
        cancelled="Thank you for telling us. We have given the seat free.",
    ),
    hopes=(
        "Examples of councils that were involved early, and what it changed.",
        "A Danish counterpart to compare notes with.",
        "An honest talk about who carries the risk when we try new technology.",
    ),
)
