"""The words in the sample data: people's names, narratives, evidence, and reasons, as they occur in the real world.

Invisible characters (joiners, direction marks, combining accents, tabs, line breaks) are written as escapes.
"""

from typing import NamedTuple


class NameStock(NamedTuple):
    """Given and family names that go together, and the format of a full name with `{given}` and `{family}`."""

    share: int
    pattern: str
    given: tuple[str, ...]
    family: tuple[str, ...]


NAME_STOCKS = tuple(
    NameStock(share, pattern, tuple(given.split("|")), tuple(family.split("|")))
    for share, pattern, given, family in (
        (
            34,
            "{given} {family}",
            "Ada|Amelia|Ben|Chloe|Daniel|Ella|Finlay|Grace|Hannah|Isaac|Jack|Katherine|Liam|Mia|Noah|Olivia|"
            "Priya|Quinn|Ruby|Sam|Thomas|Uma|Violet|William|Zara",
            "Baker|Campbell|Davies|Evans|Fletcher|Gray|Hughes|Ivory|Johnson|Kaur|Lovelace|Mbeki|Nash|O'Connor|"
            "Patel|Reid|Smith-Jones|Taylor|Underwood|Walker|Young",
        ),
        (
            30,
            "{given} {family}",
            "Zoë|José|Łukasz|Søren|Françoise|Jürgen|Nuño|Siân|Ágnes|Håkon|Chloé|Þóra|Özlem|Džamila|Matěj|"
            "Șerban|Jūratė|Ānanda|Adébáyọ̀|Wanjikũ|Māra|João",
            "Müller|García Márquez|Świątek|Ångström|Øvergård|Dvořáková|Nuñez|D'Aubigné|Weiß|Björnsdóttir|Çelik|"
            "Žižek|Kővári|Lefèvre|de la Cruz|Olúwaṣeun|Gonçalves|Mac Giolla Bhríde",
        ),
        (4, "{family} {given}", "Thị Ánh|Văn Đức|Minh Châu|Quốc Bảo", "Nguyễn|Trần|Lê|Phạm"),
        (8, "{family}{given}", "伟|秀英|子涵|欣怡|浩然|丽", "王|李|张|刘|陈|欧阳"),
        (5, "{family} {given}", "さくら|大翔|結衣|陽菜|健太", "佐藤|鈴木|高橋|渡邊|小林"),
        (3, "{family}{given}", "민준|서연|지우|하윤", "김|이|박|최"),
        (5, "{given} {family}", "محمد|فاطمة|يوسف|ليلى|عبد الرحمن", "الأحمد|حداد|المصري|بن علي|خوري"),
        (3, "{given} {family}", "נועה|יונתן|תמר|אורי", "כהן|לוי|מזרחי|בן־דוד"),
        (4, "{given} {family}", "आरव|अनन्या|प्रिया|कृष्ण|श्रेया", "शर्मा|वर्मा|सिंह|त्रिपाठी|अय्यर"),
        (1, "{given} {family}", "สมชาย|ณัฐธิดา", "ใจดี|ศรีสุข"),
        (3, "{given} {family}", "Анна|Дмитро|Юлия|Борис", "Смирнова|Шевченко|Ёлкина|Жук"),
    )
)

# Names that have broken a spreadsheet, parser, or page somewhere.
ODD_NAMES = (
    '=HYPERLINK("https://example.com/?q="&A1,"Open me")',
    "=1+1",
    "+Plus One",
    "-Anonymous-",
    "@grace",
    "\tTabitha Indent",
    "Smith, Jane, PhD",
    'Robert "Bobby" O\'Tables; --',
    "First line\nSecond line",
    "First line\r\nSecond line",
    "Zoe\u0308 Decompose\u0301e",
    "  Padded   Inside  ",
    "NULL",
    "Robin 🦊",
    "The Nguyễn family 👨\u200d👩\u200d👧\u200d👦",
    "Luna 👩🏽\u200d🚀, Team 🏳\ufe0f\u200d🌈",
    "\u200fדנה (Dana) לוי\u200e",
    "李 Li 明 Ming",
    "Wolfeschlegelsteinhausenbergerdorff " * 3 + "Senior",
)

NARRATIVES = (
    "Completed all units and passed the final assessment.",
    "Showed care and patience with a group of younger learners.",
    "Worked well in a team, kept a log, and presented the outcome to the class.",
    "Very good work: clear method, honest discussion of errors.",
    "Final mark 87/100, attendance 96%.",
    "Assessed by portfolio.",
    "Took part in all six workshops, and led the last.",
    "Hat alle Prüfungen bestanden; besonders stark: Größenordnungen abschätzen.",
    "Très bon travail : méthode rigoureuse, rédaction soignée, expérience menée jusqu’à son terme.",
    "Aprobó el examen oral con «sobresaliente» — ¡enhorabuena!",
    "Zaliczono wszystkie ćwiczenia, łącznie z dodatkowym.",
    "全ての課題を期限内に提出し、発表も大変良くできました。",
    "完成全部课程,项目展示获得一致好评。",
    "모든 과제를 성실히 마쳤습니다.",
    "أكملت جميع الوحدات بنجاح، وشاركت في العرض النهائي (2026).",
    "השלימה את כל המשימות, כולל פרויקט \u2067“Lab 3”\u2069 בקבוצה.",
    "सभी पाठ पूरे किए और अंतिम परीक्षा उत्तीर्ण की।",
    "Сдала итоговый проект на отлично.",
    "Brilliant! 🎉🔬 Team spirit 👩🏾\u200d🔬👨\u200d💻 and a lot of 🧪.",
    'She wrote: "It works, and I know why", and it did.',
    "Unit 1: passed\nUnit 2: passed\nUnit 3: passed with merit",
    "Dear learner,\r\n\r\ncongratulations on this achievement.\r\nYour school",
    "Strengths, in short: planning, soldering, patience.",
    "=SUM(B2:B9) gave 42 in the learner's own spreadsheet",
    "+10 points for the best question of the year",
    "- built a weather station\n- wrote its manual\n- taught others to use it",
    "@mentors: please invite to the advanced course",
    "\tIndented by the form it was pasted from",
    "\r\nBegins with a line break",
    "Marks | oral 2 | written 1 | practical 1",
    "# Report\n\n**Outcome:** passed. See [the portfolio](https://portfolio.example.org/), page 3; x < y && y > z.",
    "C:\\Users\\learner\\report\\final.docx, path as handed in; 'single' and `back` quotes; 50% \\n literal",
)

# Occasionally long text, because the field has no known limit.
LONG_NARRATIVE = "\n\n".join(
    f"Week {week}: the learner planned, tried, measured and wrote it down. „Noch einmal!“ — and again, until it held."
    for week in range(1, 25)
)

EVIDENCE_NARRATIVES = (
    "Photo of the finished work",
    "Laboratory report, graded",
    "Recorded talk, 12 minutes",
    "Source code, with tests",
    'Letter of the supervisor: "reliable, curious"',
    "Lerntagebuch, Einträge 1–14",
    "作品集(第3版)",
    "ملف الإنجاز",
    "प्रोजेक्ट रिपोर्ट",
    "Video 🎬 of the demonstration",
    "Checklist:\n1. plan\n2. build\n3. test",
    "=IMPORTXML was used on page 2",
    "Observed in class, no document",
    "Oral | written | practical: all passed",
)

REVOCATION_REASONS = (
    "Awarded by mistake",
    "Wrong recipient; awarded anew to the right person",
    "Certificate withdrawn after appeal, see minutes of 12 May",
    "Plagiarism found in the portfolio",
    "Doppelt vergeben",
    "Demande de l’apprenant·e",
    'Recipient asked: "please remove me"',
    "=duplicate of an earlier award",
    "- left the programme\n- fee refunded",
    "誤って授与されたため",
)

STAFF_NAMES = (
    "Grace Hopper",
    "Alan Øvergård",
    "José García Márquez",
    "渡邊 結衣",
    "ليلى حداد",
    "Nkechi Adébáyọ̀",
    "Smith, Jane",
    'Tom "Tinker" Gray',
    "श्रेया अय्यर",
    "=Ops Account",
)
