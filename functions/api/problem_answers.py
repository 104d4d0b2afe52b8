"""Every error as RFC 9457 problem document; the one place where they are written."""

from typing import Any

import msgspec
from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from badgedata.problems import FieldError, Problem

logger = Logger()

SHOWN = 80
"""Characters of a wrong value that an answer shows again."""


def answer_problems(app: APIGatewayRestResolver) -> None:
    """Let an app answer problems, refused bodies, unknown routes and its own failures in the same form."""

    @app.exception_handler(Problem)
    def problem(error: Problem) -> Response[str]:
        return problem_answer(error)

    @app.exception_handler(RequestValidationError)
    def invalid_request(error: RequestValidationError) -> Response[str]:
        return problem_answer(from_validation(list(error.errors())))

    @app.not_found
    def no_route(_: Exception) -> Response[str]:
        return problem_answer(
            Problem(404, "not-found", "Not found", "There is no such route. GET /openapi.json lists all there are.")
        )

    @app.exception_handler(Exception)
    def failure(error: Exception) -> Response[str]:
        logger.exception("A request failed")
        return problem_answer(
            Problem(
                500,
                "internal-error",
                "Internal error",
                "Something went wrong here. Try again; nothing was changed halfway.",
            )
        )


def problem_answer(problem: Problem) -> Response[str]:
    """Write a problem as its HTTP answer."""
    document: dict[str, Any] = {
        "type": f"urn:badge-data-management:problem:{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
    }
    if problem.errors:
        document["errors"] = [{"field": error.field, "message": error.message} for error in problem.errors]
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
    """Turn what pydantic found into a problem: 400 where the body is not JSON, else 422 naming each field."""
    if any(error["type"] == "json_invalid" for error in errors):
        return Problem(
            400,
            "malformed-request",
            "Malformed request",
            'The body is not JSON. Send an object such as {"kind": "awards"}.',
        )
    fields = [FieldError(_field(error), _message(error)) for error in errors]
    detail = " ".join(f"{field.field}: {field.message}" for field in fields[:5])
    return Problem(422, "invalid-request", "Invalid request", detail, fields)


def _field(error: dict[str, Any]) -> str:
    path = [str(part) for part in error["loc"] if part not in ("body", "query", "path", "header")]
    return ".".join(path) or str(error["loc"][0])


def _message(error: dict[str, Any]) -> str:
    message = str(error["msg"])
    given = error.get("input")
    if error["type"] == "extra_forbidden":
        return "There is no such field here; take it out, or check its spelling."
    if error["type"] == "missing":
        return "This field is required."
    return f"{message}; it was {_shown(given)}."


def _shown(value: Any) -> str:
    text = (
        msgspec.json.encode(value).decode()
        if isinstance(value, str | int | float | bool | list | dict | None)
        else str(value)
    )
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"
