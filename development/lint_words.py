"""Find the words that docs/style.md lists under "Words to avoid" in all text that people read.

``make lint`` checks all files in Git. To check only some files or folders, list them, as in ``python -m
development.lint_words docs``. Each finding is printed as ``path:line: "word": advice``. The exit code is 1 if there
are any.

It checks:

- Markdown, without code
- Python: comments, docstrings, test names, and strings that contain a space, except test and sample data
- the page: comments, and the strings in each ``strings.js``
- YAML, TOML, and the Makefile: everything

No other tool is suitable. codespell supports only single words. Prose linters don't read strings or names. proselint
doesn't support custom words, and Vale downloads a program on first use.
"""

import re
import subprocess
import sys
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO
from itertools import accumulate
from pathlib import Path

from local.places import REPOSITORY

IS = "(?:is|are|was|were|be|been)"
WITHIN = r"[^.?!:;\0]+"
WORDS = {
    "anew": "again, or a verb with re-: re-bake, restart",
    "behind": "after",
    "in front of": "before",
    "(?:sees?|seen|saw|seeing) to|look(?:s|ed|ing)? after": "process, handle, recover",
    f"{IS} (?:told|said)": "notify, report, log, show, return, print",
    '(?<=""")(?:Give|Tell|Say)s?|(?<=/[*]{2} )(?:Give|Tell|Say)s?': "Return, Write, Report",
    f"asks for|(?:{IS}|just) asked for": "request, require",
    "whoever|nobody|somebody": "no one, anyone who; better the actor: a worker, a caller",
    f"(?<=[a-z][.;] )(?:What|Who) {WITHIN}(?:is|are|was|were|has|gets|goes|stays) {WITHIN}[.]": "the noun",
    "but for": "except",
    "(?<=, )for (?:it|they|there) (?:is|are|was|were|has|had|may|can|must|needs?|stays?|would)": "because",
    "(?<=, )as (?:(?:it|they) (?:may|can|must|needs?|would)|(?:there|that|this) (?:is|are|was|would|has))": "because",
    "besides?": "in addition to, next to, except",
    "st(?:ands?|ood)(?! for)": "exist, be stored, contain",
    f"{IS} there(?! (?:an?|any|no|one) )": "exists, is stored, is present",
    "go(?:es|ne|ing)? on|goes well": "continue, succeed",
    f"{IS} gone": "is deleted, has expired",
    "has to(?! do with)": "must",
    "mend(?:s|ed|ing)?": "fix, repair",
    "good for": "expires after, is valid for",
    "(?:ends?|starts?|stops?|closes?|clears?|continues?|recovers?|back|answers) by itself": "automatically",
    "simply|easily|obviously|of course|just (?:an?|as|like|so|run|use|add)": "nothing: leave it out",
}
"""The words to avoid, as regular expressions that match whole words, and what to write instead."""

ALLOWED = {
    "(?:behind|in front of) (?:[a-z]+ ){0,2}(?:proxy|firewall|CDN|CloudFront|API|routes|deployment|delete marker)": (
        "a place in a network, or among the versions of an object"
    ),
    "(?:leaves?|left|falls?|far|moment|seconds?|versions?) behind": "idioms about remains and delays",
    "(?:is|are|be) told apart": "the usual term",
}
"""Phrases that use one of these words correctly, with the reason."""

SKIPPED = {
    "docs/style.md": "lists the words",
    "development/lint_words.py": "lists the words",
    "LICENSE": "isn't the project's text",
    "local/sample/words.toml": "is data",
}
"""Files that are not checked, with the reason."""

DATA = "tests/"
"""The folder whose strings are data."""

NO_PROSE = "\0"
"""Replaces code, and marks the end of a paragraph, so that no phrase is found across it."""

type Prose = Iterator[tuple[int, str]]
"""The words in a file, each with its line number, separated by `NO_PROSE`."""

MARKDOWN_CODE = re.compile(r"^ *(```).*?^ *\1|(`+)[^`].*?\2|\]\([^)\s]*\)", re.MULTILINE | re.DOTALL)
COMMENTS_OR_STRING = re.compile(
    r"""(?://[^\n]*(?:\n\s*(?=//))?)+|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`""", re.DOTALL
)
COMMENT_MARK = re.compile(r"^\s*(?:#+|//|/\*|\*/?)(?=\s|$)")


@dataclass(frozen=True)
class Finding:
    """A word to avoid, its location, and advice on what to write instead."""

    path: str
    line: int
    word: str
    advice: str

    def __str__(self) -> str:
        return f'{self.path}:{self.line}: "{self.word}": {self.advice}'


def findings(path: str, text: str) -> Iterator[Finding]:
    """Yield a finding for each discouraged word in a file. `path` is relative to the repository root."""
    if path in SKIPPED:
        return
    words = list(READERS[Path(path).suffix](path, text))
    prose = " ".join(word for _, word in words)
    starts = list(accumulate((len(word) + 1 for _, word in words), initial=0))
    lines = {start: line for start, (line, _) in zip(starts, words, strict=False)}
    allowed = [match.span() for pattern in ALLOWED for match in _whole_words(pattern).finditer(prose)]
    for pattern, advice in WORDS.items():
        for match in _whole_words(pattern).finditer(prose):
            if not any(start <= match.start() and match.end() <= end for start, end in allowed):
                begin = prose.rfind(" ", 0, match.start()) + 1
                yield Finding(path, lines[begin], match[0], advice)


def _whole_words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.IGNORECASE)


def _lines(_: str, text: str, first: int = 1) -> Prose:
    for number, line in enumerate(text.split("\n"), first):
        for word in COMMENT_MARK.sub("", line).split() or [NO_PROSE]:
            yield number, word


def _markdown(path: str, text: str) -> Prose:
    return _lines(path, MARKDOWN_CODE.sub(lambda code: NO_PROSE + "\n" * code[0].count("\n"), text))


def _script(path: str, text: str) -> Prose:
    for match in COMMENTS_OR_STRING.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        if match[0].startswith("/"):
            yield from _lines(path, match[0], line)
        elif path.endswith("/strings.js"):
            yield from _lines(path, match[0].strip("\"'`"), line)
        yield line, NO_PROSE


def _python(path: str, text: str) -> Prose:
    begins_statement = True
    for token in tokenize.generate_tokens(StringIO(text).readline):
        line = token.start[0]
        match token.type:
            case tokenize.COMMENT:
                yield from _lines(path, token.string, line)
            case tokenize.STRING | tokenize.FSTRING_MIDDLE if begins_statement or _is_message(path, token.string):
                yield from _lines(path, token.string.strip("'" if begins_statement else "\"'"), line)
            case tokenize.NAME if token.string.startswith("test_"):
                yield from ((line, word) for word in token.string.split("_"))
                yield line, NO_PROSE
            case tokenize.NL | tokenize.NEWLINE | tokenize.INDENT | tokenize.DEDENT | tokenize.FSTRING_START:
                pass
            case _:
                yield line, NO_PROSE
        if token.type not in (tokenize.NL, tokenize.COMMENT):
            begins_statement = token.type in (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)


def _is_message(path: str, string: str) -> bool:
    return " " in string and not path.startswith(DATA)


READERS: dict[str, Callable[[str, str], Prose]] = {
    ".md": _markdown,
    ".py": _python,
    ".js": _script,
    **dict.fromkeys((".yaml", ".yml", ".toml", ""), _lines),
}
"""The reader for each file name extension. The Makefile has no extension."""


def main(*places: str) -> int:
    """Check the specified files and folders or, by default, all files in Git. Return the exit code."""
    listed = subprocess.run(  # noqa: S603 - a fixed command; `places` are paths
        ["git", "ls-files", "--", *places],  # noqa: S607 - git is wherever the contributor has it
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = [
        path for path in listed.stdout.splitlines() if Path(path).suffix in READERS and (REPOSITORY / path).exists()
    ]
    found = [finding for path in paths for finding in findings(path, (REPOSITORY / path).read_text())]
    for finding in sorted(found, key=lambda finding: (finding.path, finding.line)):
        print(finding)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
