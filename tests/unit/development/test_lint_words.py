"""The words to avoid from docs/style.md are found in all text that people read, and nowhere else."""

import pytest

from development import lint_words
from development.lint_words import WORDS, findings

AVOIDED = [
    "is baked anew",
    "starts behind the checkpoint",
    "in front of each page",
    "the sweeper sees to exports",
    "looked after",
    "operators are told",
    "the export asks for pages",
    "when it was asked for",
    "nobody knows",
    "Whoever reads it",
    "It fails. What is left is deleted.",
    "all but for one",
    "reads it again, for it may have changed",
    "sends it later, as that would fail",
    "the file beside it",
    "besides the name",
    "it stands in the file",
    "the file is there",
    "the worker goes on",
    "the lease is gone",
    "the file has to exist",
    "the sweeper mends it",
    "a link is good for a minute",
    "the segment ends by itself",
    "simply retry",
    "just run it",
]
ALLOWED = [
    "behind a proxy",
    "CloudFront in front of the API",
    "nothing is left behind",
    "that can't be told apart",
    "a stand-in for the standard",
    "NONE stands for no authorizer",
    "the page tells you",
    "for example, the issuer",
    "What is exported? Is there a file?",
    "an amendment is outstanding",
    "has to do with this",
    "as it has just ended",
]


def found(path: str, text: str) -> list[tuple[int, str]]:
    return [(finding.line, finding.word) for finding in findings(path, text)]


@pytest.mark.parametrize("text", AVOIDED)
def test_every_word_to_avoid_is_reported(text: str) -> None:
    assert len(found("docs/page.md", f"# Title\n\nHere {text}, then.\n")) == 1


@pytest.mark.parametrize("text", ALLOWED)
def test_allowed_word_is_not_reported(text: str) -> None:
    assert found("docs/page.md", f"# Title\n\nHere {text}, then.\n") == []


def test_every_pattern_is_tested_by_an_example() -> None:
    text = "\n\n".join([*AVOIDED, '"""Give it."""'])
    assert {finding.advice for finding in findings("docs/page.md", text)} == set(WORDS.values())


def test_report_shows_the_line_number_word_and_replacement() -> None:
    assert [str(finding) for finding in findings("docs/page.md", "One.\n\nTwo, and but\nfor this.\n")] == [
        'docs/page.md:3: "but for": except'
    ]


def test_code_in_markdown_is_not_checked() -> None:
    assert found("docs/page.md", "`anew`\n\n```sh\necho anew\n```\n\n[a](#see-to)\n\nanew\n") == [(9, "anew")]


def test_words_are_not_joined_across_paragraphs() -> None:
    assert found("docs/page.md", "# What you see\n\nTo export, click.\n") == []


@pytest.mark.parametrize(
    "line",
    [
        '"""Begin anew."""',
        "# begin anew",
        'raise ValueError("Begin anew.")',
        'print(f"Begin {name} anew.")',
        'print("Begin "\n"anew, now")',
        "def test_page_begins_anew() -> None: ...",
        'count = 1\n"""Pages that begin anew."""',
    ],
)
def test_words_in_python_docstrings_comments_and_messages_are_checked(line: str) -> None:
    assert [word for _, word in found("layers/module.py", f"import os\n{line}\n")] == ["anew"]


def test_phrase_that_spans_comment_lines_is_reported() -> None:
    assert found("layers/module.py", "x = 1\n    # All but\n    # for one.\n") == [(2, "but for")]


@pytest.mark.parametrize("verb", ["Give", "Tell", "Say"])
def test_docstring_that_starts_with_a_synonym_of_return_is_reported(verb: str) -> None:
    assert found("layers/module.py", f'def f():\n    """{verb} the name."""\n') == [(2, verb)]
    assert found("page/app.js", f"/** {verb} the name. */\n/**\n * {verb} it.\n */\n") == [(1, verb), (3, verb)]
    assert found("page/app.js", f"// {verb} it.\n") == []


@pytest.mark.parametrize("line", ['key = "anew"', "anew = 1", 'behind("a", "b c")'])
def test_names_and_keys_in_python_code_are_not_checked(line: str) -> None:
    assert found("layers/module.py", f"{line}\n") == []


def test_data_in_tests_is_not_checked() -> None:
    path = "tests/unit/test_x.py"
    assert found(path, 'name = "Awarded anew to her"  # set anew\n"""Set anew."""\n') == [(1, "anew"), (2, "anew")]


def test_javascript_comments_and_all_text_in_strings_js_are_checked() -> None:
    script = 'const anew = "Begin anew"; // begin anew\n/**\n * All but\n * for one. */\nlet x = `begin\nanew`;\n'
    assert found("page/app.js", script) == [(1, "anew"), (3, "but for")]
    assert found("page/exports/strings.js", script) == [(1, "anew"), (1, "anew"), (6, "anew"), (3, "but for")]


@pytest.mark.parametrize("path", ["template.yaml", "Makefile", ".github/ISSUE_TEMPLATE/bug.yml"])
def test_template_and_makefile_are_checked_as_plain_text(path: str) -> None:
    assert found(path, "# All but\n# for one\nDescription: begin anew\n") == [(3, "anew"), (1, "but for")]


def test_command_reports_only_findings_in_the_given_paths(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert lint_words.main("docs/style.md") == 0
    monkeypatch.delitem(lint_words.SKIPPED, "docs/style.md")
    assert lint_words.main("docs/style.md") == 1
    assert all(line.startswith("docs/style.md:") for line in capsys.readouterr().out.splitlines())
