"""Why a text is not JSON, and where: in our own words, for the person who wrote it."""

import re
from typing import Final, NamedTuple

REASONS: Final = frozenset(
    {
        "expected '\"'",
        "expected ':'",
        "expected ',' or ']'",
        "expected ',' or '}'",
        "invalid character",
        "invalid character in unicode escape",
        "invalid escape character in string",
        "invalid escaped character",
        "invalid number",
        "object keys must be strings",
        "trailing characters",
        "trailing comma in array",
        "trailing comma in object",
    }
)
"""What msgspec finds that a person understands as it is. Anything else is said to be malformed."""

_FOUND = re.compile(r"JSON is malformed: (?P<reason>.*) \(byte (?P<offset>\d+)\)")


class JsonFault(NamedTuple):
    """What is wrong with a text that should be JSON.

    Parameters
    ----------
    standard
        What the text doesn't follow: ``JSON`` or ``UTF-8``.
    reason
        What was found.
    place
        Line and column as editors count them, or "" where the fault has none.
    """

    standard: str
    reason: str
    place: str = ""

    def __str__(self) -> str:
        return f"not {self.standard}: {self.reason}" + (f" at {self.place}" if self.place else "")


def json_fault(data: bytes, error: Exception) -> JsonFault:
    r"""Return what is wrong with JSON that msgspec refused.

    Parameters
    ----------
    data
        The text, without a byte order mark.
    error
        A DecodeError, UnicodeDecodeError or RecursionError from reading it.

    Examples
    --------
    >>> import msgspec
    >>> try:
    ...     msgspec.json.decode(b'{\n  "name": "x",\n}')
    ... except msgspec.DecodeError as error:
    ...     print(json_fault(b'{\n  "name": "x",\n}', error))
    not JSON: trailing comma in object at line 3, column 1
    """
    try:
        data.decode()
    except UnicodeDecodeError as not_utf8:
        return JsonFault("UTF-8", f"byte 0x{data[not_utf8.start]:02X}", _place(data, not_utf8.start))
    if isinstance(error, RecursionError):
        return JsonFault("JSON", "it is nested too deeply")
    if "truncated" in str(error):
        return JsonFault("JSON", "it ends too early", _place(data, len(data)))
    if "out of range" in str(error):
        return JsonFault("JSON", "a number in it is out of range")
    found = _FOUND.fullmatch(str(error))
    if found is None:
        return JsonFault("JSON", "it is malformed")
    reason = found["reason"] if found["reason"] in REASONS else "it is malformed"
    return JsonFault("JSON", reason, _place(data, int(found["offset"])))


def _place(data: bytes, offset: int) -> str:
    line_start = data.rfind(b"\n", 0, offset) + 1
    column = len(data[line_start:offset].decode(errors="replace")) + 1
    return f"line {data.count(b'\n', 0, offset) + 1}, column {column}"
