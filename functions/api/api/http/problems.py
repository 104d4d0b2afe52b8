"""Convert errors to RFC 9457 problem documents."""

from typing import Any

import msgspec
from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from badgedata.exports.specification import KINDS, kinds_with
from badgedata.problems import SHOWN_CHARACTERS, FieldError, Problem, shown, temporarily_unavailable
from badgedata.text import shortened
from badgedata.throttling import is_throttling

from .bodies import malformed

logger = Logger()

MAX_NAMED_FIELDS = 20
"""The maximum number of invalid fields in a response, which keeps the response within API Gateway's size limit."""

_INTERNAL_ERROR = Problem(
    500,
    "internal-error",
    "Internal error",
    "An internal error occurred. Your request either completed or had no effect. "
    "Before you try again, check whether it completed.",
)
_THROTTLED = temporarily_unavailable("This deployment is too busy to process the request.")
_EXPECTED = {
    "bool_parsing": "Must be true or false",
    "bool_type": "Must be true or false",
    "dataclass_type": "Must be an object",
    "dict_type": "Must be an object",
    "greater_than_equal": "Must be at least {ge}",
    "int_from_float": "Must be an integer",
    "int_parsing": "Must be an integer",
    "int_parsing_size": "Must be an integer with fewer digits",
    "int_type": "Must be an integer",
    "less_than_equal": "Must be at most {le}",
    "list_type": "Must be a list",
    "literal_error": "Must be {expected}",
    "model_attributes_type": "Must be an object",
    "model_type": "Must be an object",
    "string_pattern_mismatch": "Must match the pattern {pattern}",
    "string_too_long": "Must have at most {max_length} characters",
    "string_too_short": "Must have at least {min_length} characters",
    "string_type": "Must be a string",
    "string_unicode": "Must be Unicode text",
}
"""The message for each pydantic error type (pydantic's documentation, "Validation Errors")."""

AWARDS_OF_BADGE_CLASS = "To export the awards of a badge class, export its issuer's awards with badgeClassIds."

_KINDS = {kind for kinds in KINDS.values() for kind in kinds}


def add_error_handlers(app: APIGatewayRestResolver) -> None:
    """Make an app return a problem document for every error, including 404s for unknown routes."""

    @app.exception_handler(Problem)
    def problem(error: Problem) -> Response[str]:
        return problem_response(error)

    @app.exception_handler(RequestValidationError)
    def invalid_request(error: RequestValidationError) -> Response[str]:
        if error.errors()[0]["loc"][0] == "response":  # the API's own response is invalid
            logger.error("Response failed validation", errors=[(e["loc"], e["type"]) for e in error.errors()])
            return problem_response(_INTERNAL_ERROR)
        return problem_response(from_validation(list(error.errors())))

    @app.not_found
    def no_route(_: Exception) -> Response[str]:
        return problem_response(
            Problem(404, "not-found", "Not found", "Unknown route. GET /openapi.json lists the available routes.")
        )

    @app.exception_handler(Exception)
    def internal_error(error: Exception) -> Response[str]:
        if is_throttling(error):
            logger.warning("Request throttled by AWS", exc_info=error)
            return problem_response(_THROTTLED)
        logger.error("Request failed", exc_info=error)
        return problem_response(_INTERNAL_ERROR)


def problem_response(problem: Problem) -> Response[str]:
    """Return a problem as an HTTP response, with a ``Retry-After`` header if the problem has a delay."""
    document: dict[str, Any] = {
        "type": f"urn:badge-data-management:problem:{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
    }
    if problem.errors:
        document["errors"] = [{"field": error.field, "message": error.message} for error in problem.errors]
    if problem.reason is not None:
        document["reason"] = problem.reason
    if problem.source is not None:
        fault = {
            "document": problem.source.document,
            "httpStatus": problem.source.http_status,
            "line": problem.source.line,
        }
        document["source"] = {name: value for name, value in fault.items() if value is not None}
    headers: dict[str, Any] = {"Cache-Control": "no-store"}
    if problem.retry_after_seconds is not None:
        headers["Retry-After"] = str(problem.retry_after_seconds)
    return Response(
        status_code=problem.status,
        content_type="application/problem+json",
        body=msgspec.json.encode(document).decode(),
        headers=headers,
    )


def from_validation(errors: list[Any]) -> Problem:
    """Return a 422 problem that describes pydantic's errors, or a 400 problem if the request has no body."""
    if any(error["type"] == "missing" and error["loc"] == ("body",) for error in errors):
        return malformed("The request has no JSON body.")
    fields = [FieldError(_field(error), _message(error)) for error in errors[:MAX_NAMED_FIELDS]]
    detail = " ".join(f"{field.field}: {field.message}" for field in fields[:5])
    if len(errors) > 5:
        detail += f" And {len(errors) - 5:,} more."
    return Problem(422, "invalid-request", "Invalid request", detail, fields)


def _field(error: dict[str, Any]) -> str:
    source, *path = (str(part) for part in error["loc"])
    if error["type"] in ("union_tag_invalid", "union_tag_not_found"):
        path.append(_discriminator(error))
    if source == "header":
        path = [part.title() for part in path]  # Powertools converts them to lowercase
    return shortened(".".join(part for part in path if part not in _KINDS) or source, SHOWN_CHARACTERS)


def _message(error: dict[str, Any]) -> str:
    match error["type"]:
        case "extra_forbidden" | "unexpected_keyword_argument":
            if kinds := _kinds_with(error):
                return f"This field applies only to exports of these kinds: {', '.join(kinds)}. Remove it."
            return f"Unknown field (its value was {shown(error['input'])}). Remove it, or check its spelling."
        case "missing" | "union_tag_not_found":
            return "This field is required."
        case "union_tag_invalid":
            given = error["input"][_discriminator(error)]
            return f"Must be one of {error['ctx']['expected_tags']}; got {shown(given)}."
        case "literal_error" if error["loc"] == ("body", "kind") and error["input"] == "awards":
            # Only exports of a badge class have a single kind. The other exports have a union of kinds.
            return f"{_expectation(error)}; got {shown(error['input'])}. {AWARDS_OF_BADGE_CLASS}"
        case _ if isinstance(error["input"], list) and error["loc"][0] in ("query", "header"):
            return "Must be specified only once."
        case _:
            return f"{_expectation(error)}; got {shown(error['input'])}."


def _kinds_with(error: dict[str, Any]) -> list[str]:
    *path, name = (str(part) for part in error["loc"])
    return kinds_with(name) if _KINDS.intersection(path) else []


def _expectation(error: dict[str, Any]) -> str:
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    if error["type"] == "string_too_short" and error["ctx"]["min_length"] == 1:
        return "Must not be empty"
    expected = _EXPECTED.get(error["type"])
    return expected.format(**error.get("ctx", {})) if expected else "This value is not valid"


def _discriminator(error: dict[str, Any]) -> str:
    return str(error["ctx"]["discriminator"]).strip("'")
