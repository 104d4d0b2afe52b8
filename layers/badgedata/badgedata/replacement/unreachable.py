"""Why a source gave no answer: the innermost reason of an error, in our own words and not those of a library."""

import errno
import http.client
import os
import socket
import ssl
import zlib
from collections.abc import Iterator

import requests
import urllib3

_NOT_AN_ANSWER = (http.client.HTTPException, urllib3.exceptions.InvalidHeader)
_BAD_ADDRESS = (requests.exceptions.InvalidURL, urllib3.exceptions.LocationValueError, UnicodeError)


def reason_of(error: BaseException) -> str:
    """Return why a request failed, such as ``connection refused``.

    requests and urllib3 wrap an error up to four times, and each wrapping repeats the address and says less.
    """
    reasons = [reason for wrapped in _innermost_first(error) if (reason := _reason(wrapped)) is not None]
    return reasons[0] if reasons else "the connection failed"


def _innermost_first(error: BaseException) -> list[BaseException]:
    found = [error]
    for outer in found:  # which grows meanwhile
        found += [inner for inner in _wrapped_by(outer) if inner not in found]
    return found[::-1]


def _wrapped_by(error: BaseException) -> Iterator[BaseException]:
    candidates = (error.__context__, error.__cause__, getattr(error, "reason", None), *error.args)
    return (inner for inner in candidates if isinstance(inner, BaseException))


def _reason(error: BaseException) -> str | None:
    match error:
        case ssl.SSLCertVerificationError():
            return f"certificate verify failed: {error.verify_message.rstrip('.')}"
        case ssl.SSLError():
            return f"TLS handshake failed: {(error.reason or 'no reason given').replace('_', ' ').lower()}"
        case socket.gaierror():
            return "its name can't be resolved"
        case http.client.RemoteDisconnected():
            return "connection closed without an answer"
        case TimeoutError() | requests.Timeout() | urllib3.exceptions.TimeoutError():
            return "timed out"
        case OSError(errno=int(number)) if number in errno.errorcode:
            return os.strerror(number).lower()
        case http.client.IncompleteRead() | urllib3.exceptions.IncompleteRead():
            return "connection closed before the end of the answer"
        case urllib3.exceptions.DecodeError() | zlib.error():
            return "the answer's compression is damaged"
        case _ if isinstance(error, _NOT_AN_ANSWER):
            return "the answer is not HTTP"
        case _ if isinstance(error, _BAD_ADDRESS):
            return "the address is not a valid one"
    return None
