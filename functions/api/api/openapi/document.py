"""The OpenAPI document. Import this module only when needed, because the OpenAPI models make cold starts slower."""

import re
from functools import lru_cache
from typing import Any

import msgspec
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer, License, Server, Tag
from pydantic.alias_generators import to_camel

from badgedata.config import PRODUCT_VERSION

VERSION = PRODUCT_VERSION

TAGS = [
    Tag(
        name="Directory",
        description="Your roles, and the organizations, issuers, and badge classes that you can access",
    ),
    Tag(name="Award counts", description="The number of awards issued, in total and by day or month"),
    Tag(name="Exports", description="Request, monitor, download, and cancel jobs that write stored data to a file"),
    Tag(name="Schedules", description="Recurring exports"),
    Tag(name="Delivery", description="Copy export files to the organization's own S3 bucket"),
    Tag(
        name="Replacements",
        description="Overwrite a badge with another badge's data: preview, then confirm or cancel",
    ),
    Tag(name="Access tokens", description="Access for programs, limited to a role for an organization or issuer"),
    Tag(name="Trail", description="A record of actions, such as exports, downloads, and replacements"),
    Tag(
        name="Public documents",
        description="Open Badges 2.0 documents and images. No token is required. HEAD is supported",
    ),
]

DESCRIPTION = """\
Export data from an Open Badges platform, and replace badges with newer versions.

Times are RFC 3339 in UTC. Authenticate with `Authorization: Bearer …`: people send an ID token from the user pool, and
programs send an access token. Every error is an RFC 9457 problem document: `code` is for programs, `detail` describes
what is wrong, and `errors` lists each invalid field."""


@lru_cache(maxsize=4)
def openapi_document(app: APIGatewayRestResolver, base_url: str) -> str:
    """Return the JSON text of the OpenAPI 3.1 document for the API at `base_url`."""
    written = app.get_openapi_schema(
        title="Badge Data Management",
        version=VERSION,
        description=DESCRIPTION,
        tags=list(TAGS),
        servers=[Server(url=base_url)],
        license_info=License(name="Apache License 2.0", identifier="Apache-2.0"),
        security_schemes={
            "idToken": HTTPBearer(bearerFormat="JWT", description="ID token from the user pool"),
            "accessToken": HTTPBearer(bearerFormat="bdm_…", description="Access token that a person created"),
        },
        security=[{"idToken": []}, {"accessToken": []}],
    ).model_dump(mode="json", by_alias=True, exclude_none=True)
    for name in ("HTTPValidationError", "ValidationError", "ResponseValidationError"):
        written["components"]["schemas"].pop(name, None)
    for path, operations in written["paths"].items():
        for method, operation in operations.items():
            _tidy(operation, path, method)
    for schema in written["components"]["schemas"].values():
        for name, field in schema.get("properties", {}).items():
            field.pop("title", None)
            if field.get("type") == "boolean" and name not in schema.get("required", []):
                field.setdefault(
                    "default", True
                )  # for CSV, the only format with such an option (specification.NOT_GIVEN)
    return msgspec.json.encode(written).decode()


def _tidy(operation: dict[str, Any], path: str, method: str) -> None:
    """Correct the ID, responses, and parameters that Powertools generated for an operation."""
    operation["operationId"] = to_camel(operation["operationId"].removesuffix(re.sub(r"\W", "_", f"{path}_{method}")))
    if "application/json" in operation["responses"].get("422", {}).get("content", {}):
        del operation["responses"]["422"]
    for parameter in operation.get("parameters", []):
        schema = parameter["schema"]
        del schema["title"]
        schema.pop("description", None)
        if "anyOf" in schema:  # a parameter can be omitted, but can't be null
            schema |= next(kind for kind in schema.pop("anyOf") if kind != {"type": "null"})
        if parameter["in"] == "header":
            parameter["name"] = parameter["name"].title()
