"""The organizations of the sample data: members, issuers, badge classes, pathways and groups, before any award."""

from dataclasses import dataclass
from typing import Literal

from local.sample.images import Look


@dataclass(frozen=True, slots=True)
class Alignment:
    """What a badge class teaches, in the words of a framework."""

    name: str
    url: str
    description: str = ""
    framework: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class BadgeClassEntry:
    """A badge class. `share` is its part of the issuer's awards; `since` the date of its first possible award."""

    name: str
    description: str
    look: Look
    share: int
    entity_id: str = ""
    criteria: str = ""
    criteria_page: bool = True
    tags: tuple[str, ...] = ()
    alignment: tuple[Alignment, ...] = ()
    valid_days: int | None = None
    since: str = "2023-11-01"
    svg: bool = False


@dataclass(frozen=True, slots=True)
class PathwayEntry:
    """A pathway; `requirements` are names of the issuer's badge classes, or of experiences."""

    name: str
    description: str
    status: Literal["draft", "published"]
    requirements: tuple[str, ...]
    entity_id: str = ""


@dataclass(frozen=True, slots=True)
class GroupEntry:
    """A recipient group; `alignments` are names of the issuer's badge classes and pathways."""

    name: str
    created_by: Literal["manual", "lms", "api", "pathway"]
    alignments: tuple[str, ...]
    learners: int
    staff: int
    expires_by: Literal["manual", "lms"] | None = None
    archived: bool = False


@dataclass(frozen=True, slots=True)
class IssuerEntry:
    """An issuer. `share` is its part of the organization's awards."""

    entity_id: str
    name: str
    description: str
    look: Look
    share: int
    badge_classes: tuple[BadgeClassEntry, ...]
    pathways: tuple[PathwayEntry, ...] = ()
    groups: tuple[GroupEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class OrganizationEntry:
    """An organization; `members` are `(email, role)`, or `(email, role, issuer id)` below the organization."""

    entity_id: str
    name: str
    plan: Literal["paid", "free"]
    site: str
    members: tuple[tuple[str, ...], ...]
    issuers: tuple[IssuerEntry, ...]


SCIENCE = IssuerEntry(
    entity_id="aurora-science",
    name="Aurora School of Science",
    description="Hands-on science for learners from 12 to 99: laboratory, field and data.",
    look=Look("tile", "flask", "#024", "#068"),
    share=62,
    badge_classes=(
        BadgeClassEntry(
            "Laboratory Safety",
            "Works safely in a school laboratory, and helps others to.",
            Look("shield", "flask", "#520", "#c50"),
            share=30,
            entity_id="lab-safety",
            criteria="Pass the safety test with 90% and **show** the emergency steps:\n\n1. stop\n2. tell\n3. rinse",
            tags=("safety", "laboratory", "chemistry"),
            alignment=(
                Alignment(
                    "Conduct investigations safely",
                    "https://standards.example.org/science/HS-PS1",
                    "Plans and conducts investigations with regard to safety.",
                    "Sample Science Standards",
                    "HS-PS1-3",
                ),
            ),
            valid_days=365,
        ),
        BadgeClassEntry(
            "Data Detective: charts, tables & “truth”",
            "Reads, makes and doubts charts; knows what a sample can't tell.",
            Look("hexagon", "bars", "#036", "#06c"),
            share=22,
            entity_id="data-detective",
            criteria="Hand in three charts of one's own data, with a page on what they do not show.",
            tags=("data", "statistics", "spreadsheets, and more"),
            alignment=(
                Alignment("Statistics and probability", "https://standards.example.org/maths/S-ID", code="S-ID.1"),
                Alignment(
                    "Critical thinking", "https://skills.example.org/critical-thinking", framework="Sample Skills"
                ),
            ),
        ),
        BadgeClassEntry(
            "Climate Observer 🌦️",
            "Keeps a weather log for a season and compares it with the long-term record.",
            Look("round", "mountain", "#044", "#188"),
            share=14,
            criteria="Ninety daily entries, and a comparison.",
            tags=("climate", "field work"),
            since="2024-03-01",
        ),
        BadgeClassEntry(
            "Forschungspraktikum Größe & Maß",
            "Schätzt, misst und rechnet mit Größenordnungen – von Ångström bis Lichtjahr.",
            Look("octagon", "compass", "#405", "#84b"),
            share=8,
            criteria="Zehn Schätzaufgaben, mündlich erläutert.",
            criteria_page=False,
        ),
        BadgeClassEntry(
            "Young Botanist",
            "Knows thirty plants of the home region by leaf, flower and fruit.",
            Look("hexagon", "leaf", "#031", "#285"),
            share=9,
            entity_id="young-botanist",
            criteria="A herbarium of thirty sheets.",
            tags=("biology", "field work"),
            svg=True,
        ),
        BadgeClassEntry(
            "First Aid in the Lab",
            "First aid for burns, cuts and splashes; to be renewed every two years.",
            Look("rosette", "heart", "#501", "#b13"),
            share=12,
            criteria="A course of eight hours with a practical test.",
            tags=("safety", "health"),
            valid_days=730,
        ),
        BadgeClassEntry(
            "Science Fair 2026: Grand Prize",
            "The jury's prize of the science fair.",
            Look("ribbon", "star", "#640", "#c80", accent="#fd5"),
            share=1,
            since="2026-05-01",
        ),
        BadgeClassEntry(
            "Quantum Curious",
            "New this term; not awarded yet.",
            Look("round", "rocket", "#213", "#547"),
            share=0,
            criteria="To be announced.",
        ),
    ),
    pathways=(
        PathwayEntry(
            "Junior Researcher",
            "From safe work to one's own question, in five steps.",
            "published",
            (
                "Laboratory Safety",
                "Data Detective: charts, tables & “truth”",
                "Climate Observer 🌦️",
                "A week in a research group",
                "Public talk, ten minutes",
            ),
            entity_id="junior-researcher",
        ),
        PathwayEntry(
            "Field Biology", "Outdoors, all year round.", "published", ("Young Botanist", "Night walk with a ranger")
        ),
        PathwayEntry("Quantum (draft)", "Being written.", "draft", ("Quantum Curious", "Reading group")),
    ),
    groups=(
        GroupEntry("Biology 10a, autumn 2026", "lms", ("Young Botanist",), learners=24, staff=2, expires_by="lms"),
        GroupEntry('Robotics "Rovers"', "manual", (), learners=7, staff=1),
        GroupEntry(
            "Summer school ☀️ 2025",
            "manual",
            ("Laboratory Safety", "Climate Observer 🌦️"),
            learners=40,
            staff=3,
            expires_by="manual",
            archived=True,
        ),
        GroupEntry("Junior Researchers 2026", "pathway", ("Junior Researcher",), learners=31, staff=1),
        GroupEntry("-- waiting list --", "manual", ("Quantum Curious", "Quantum (draft)"), learners=1, staff=0),
        GroupEntry(
            "Chemie Leistungskurs",
            "api",
            ("Laboratory Safety", "First Aid in the Lab", "Junior Researcher"),
            learners=12,
            staff=2,
            expires_by="manual",
        ),
        GroupEntry("Science night, guests\nand parents", "api", ("Field Biology",), learners=0, staff=0),
        GroupEntry(
            "Junior Researchers 2024",
            "pathway",
            ("Junior Researcher",),
            learners=18,
            staff=1,
            expires_by="manual",
            archived=True,
        ),
    ),
)

LANGUAGES = IssuerEntry(
    entity_id="aurora-languages",
    name="Aurora Sprachen · Langues · 语言",
    description="Language courses from A1 to C1, in fourteen languages.",
    look=Look("tile", "speech", "#304", "#638"),
    share=28,
    badge_classes=(
        BadgeClassEntry(
            "Español A2 – Conversación",
            "Se desenvuelve en situaciones cotidianas: compras, viajes, el médico.",
            Look("round", "speech", "#720", "#d41"),
            share=38,
            entity_id="espanol-a2",
            criteria="Examen oral de 15 minutos y una carta de 80 palabras.",
            tags=("español", "A2"),
            alignment=(
                Alignment(
                    "CEFR A2: spoken interaction",
                    "https://standards.example.org/cefr/a2",
                    "Can communicate in simple and routine tasks.",
                    "Sample Framework of Languages",
                    "A2",
                ),
            ),
        ),
        BadgeClassEntry(
            "日本語 初級 (N5)",
            "ひらがな・カタカナと基本の漢字100字が読めます。",
            Look("ribbon", "book", "#802", "#c24"),
            share=20,
            criteria="筆記試験で70点以上。",
            tags=("日本語", "N5"),
        ),
        BadgeClassEntry(
            "العربية للمبتدئين",
            "يقرأ الحروف ويكتب جملاً بسيطة.",
            Look("octagon", "star", "#043", "#286"),
            share=13,
            criteria="اختبار كتابي وشفهي.",
            tags=("العربية",),
        ),
        BadgeClassEntry(
            "עברית למתחילים",
            "קורא טקסט מנוקד ומנהל שיחה קצרה.",
            Look("hexagon", "book", "#036", "#28c"),
            share=6,
            criteria="מבחן בעל פה.",
            svg=True,
        ),
        BadgeClassEntry(
            "हिन्दी परिचय",
            "देवनागरी पढ़ना और लिखना।",
            Look("rosette", "leaf", "#630", "#e70"),
            share=9,
            criteria="लिखित परीक्षा।",
            criteria_page=False,
        ),
        BadgeClassEntry(
            "Tandem Partner",
            "Met a tandem partner twenty times, half the time in each language.",
            Look("shield", "heart", "#404", "#a3a"),
            share=14,
            entity_id="tandem-partner",
            criteria="A signed log of twenty meetings.",
            tags=("volunteering",),
            since="2024-09-01",
        ),
    ),
    pathways=(
        PathwayEntry(
            "Polyglot",
            "Three languages of three scripts.",
            "published",
            ("日本語 初級 (N5)", "العربية للمبتدئين", "हिन्दी परिचय", "Tandem Partner"),
            entity_id="polyglot",
        ),
        PathwayEntry("Parcours bénévole", "En cours d’écriture.", "draft", ("Tandem Partner", "Atelier « accueil »")),
    ),
    groups=(
        GroupEntry(
            "Abendkurs Spanisch, Di 18:30",
            "lms",
            ("Español A2 – Conversación",),
            learners=16,
            staff=1,
            expires_by="lms",
        ),
        GroupEntry(
            "日本語クラス 2026年度", "lms", ("日本語 初級 (N5)", "Polyglot"), learners=22, staff=1, expires_by="manual"
        ),
        GroupEntry("=Polyglots=", "pathway", ("Polyglot",), learners=9, staff=3),
        GroupEntry("صف المبتدئين", "api", ("العربية للمبتدئين",), learners=11, staff=1),
        GroupEntry("Tandem café ☕", "manual", ("Tandem Partner",), learners=5, staff=0),
        GroupEntry(
            "Cours d’été 2025 (archive)",
            "lms",
            ("Español A2 – Conversación",),
            learners=0,
            staff=2,
            expires_by="lms",
            archived=True,
        ),
    ),
)

MAKERS = IssuerEntry(
    entity_id="aurora-makers",
    name="Aurora Makerspace, Dock 7",
    description='Workshop and maker community: "learn it, build it, teach it".',
    look=Look("tile", "gear", "#222", "#456"),
    share=10,
    badge_classes=(
        BadgeClassEntry(
            "Soldering 🔧 Level 1",
            "Solders through-hole parts cleanly and safely.",
            Look("hexagon", "bolt", "#311", "#733"),
            share=34,
            entity_id="soldering-1",
            criteria="Build the blinking badge; every joint is looked at.",
            tags=("electronics", "workshop"),
            valid_days=1095,
        ),
        BadgeClassEntry(
            '=SUM() and "friends": Spreadsheet Wizard',
            "Formulas, pivot tables, and when to stop using a spreadsheet.",
            Look("round", "bars", "#042", "#197"),
            share=24,
            criteria="Solve eight of ten tasks.",
            tags=("=formula", "spreadsheets"),
        ),
        BadgeClassEntry(
            "Python Basics",
            "Writes, runs and tests small programs.",
            Look("shield", "check", "#125", "#36a", accent="#fd4"),
            share=30,
            entity_id="python-basics",
            criteria="Hand in a program with tests that a reviewer can run.",
            tags=("programming", "python"),
            alignment=(
                Alignment("Algorithms and programming", "https://standards.example.org/cs/2-AP", code="2-AP-13"),
            ),
            svg=True,
        ),
        BadgeClassEntry(
            "Machine Shop Mentor",
            "Teaches others at lathe, mill and saw.",
            Look("rosette", "gear", "#222", "#567"),
            share=6,
            valid_days=365,
            since="2025-01-15",
        ),
        BadgeClassEntry(
            "High-Altitude Balloon Crew",
            "Flew a balloon to 30 km and found it again.",
            Look("octagon", "rocket", "#114", "#44a"),
            share=6,
            criteria="Be on the crew list of a flight.",
            criteria_page=False,
        ),
    ),
    pathways=(
        PathwayEntry(
            "Makerspace Host",
            "Opens the door, runs an evening, and closes up safely.",
            "published",
            ("Soldering 🔧 Level 1", "Python Basics", "Three evenings as co-host"),
            entity_id="makerspace-host",
        ),
    ),
    groups=(
        GroupEntry("Monday makers", "manual", ("Soldering 🔧 Level 1",), learners=8, staff=2),
        GroupEntry("@home kits", "api", (), learners=3, staff=0, expires_by="manual"),
        GroupEntry(
            "Code club, girls 11–14",
            "lms",
            ("Python Basics", "Makerspace Host"),
            learners=14,
            staff=2,
            expires_by="lms",
        ),
        GroupEntry("Hosts in training", "pathway", ("Makerspace Host",), learners=4, staff=1),
        GroupEntry("Repair café 2024", "manual", ("Soldering 🔧 Level 1",), learners=2, staff=0, archived=True),
    ),
)

NEIGHBOURS = IssuerEntry(
    entity_id="birch-volunteers",
    name="Birch Street Volunteers",
    description="Neighbours who help: garden, library, kitchen.",
    look=Look("tile", "leaf", "#131", "#373"),
    share=1,
    badge_classes=(
        BadgeClassEntry(
            "Community Gardener",
            "A season in the shared garden.",
            Look("round", "leaf", "#130", "#482"),
            share=3,
            entity_id="community-gardener",
            criteria="Twenty hours in the garden.",
            tags=("volunteering", "garden"),
        ),
        BadgeClassEntry(
            "Story Reader",
            "Reads to children at the library.",
            Look("ribbon", "book", "#314", "#759"),
            share=2,
            criteria="Six Saturdays.",
            svg=True,
        ),
        BadgeClassEntry(
            "Kitchen Hygiene",
            "Knows and keeps the rules of a shared kitchen.",
            Look("shield", "check", "#035", "#17a"),
            share=1,
            valid_days=365,
        ),
    ),
    pathways=(
        PathwayEntry(
            "Good Neighbour", "All three.", "published", ("Community Gardener", "Story Reader", "Kitchen Hygiene")
        ),
    ),
    groups=(
        GroupEntry("Garden Saturdays", "manual", ("Community Gardener",), learners=6, staff=1),
        GroupEntry("Library friends", "pathway", ("Good Neighbour",), learners=2, staff=0),
    ),
)

PAID = OrganizationEntry(
    entity_id="aurora-learning",
    name="Aurora Learning Alliance",
    plan="paid",
    site="https://aurora.example.org",
    members=(
        ("ada@example.org", "admin"),
        ("grace@example.org", "owner", "aurora-science"),
        ("alan@example.org", "editor", "aurora-science"),
        ("rosalind@example.org", "staff", "aurora-science"),
        ("ludwik@example.org", "owner", "aurora-languages"),
        # One person with roles on two issuers.
        ("mae@example.com", "editor", "aurora-languages"),
        ("mae@example.com", "staff", "aurora-makers"),
        ("noam@example.com", "staff", "aurora-languages"),
        ("hedy@example.com", "owner", "aurora-makers"),
        ("linus@example.com", "editor", "aurora-makers"),
    ),
    issuers=(SCIENCE, LANGUAGES, MAKERS),
)

FREE = OrganizationEntry(
    entity_id="birch-community",
    name="Birch Street Community",
    plan="free",
    site="https://birch.example.com",
    members=(
        ("finn@example.com", "admin"),
        ("olive@example.com", "owner", "birch-volunteers"),
        ("pavel@example.com", "editor", "birch-volunteers"),
        ("wren@example.com", "staff", "birch-volunteers"),
    ),
    issuers=(NEIGHBOURS,),
)
