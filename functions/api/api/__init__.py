"""The Lambda handler for the HTTPS API. It routes requests and returns errors as problem documents."""

from typing import Any, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.utilities.typing import LambdaContext

from .http.base_url import without_base_path
from .http.bodies import normalize_body, read_json, write_json
from .http.problems import add_error_handlers
from .routes import ROUTERS
from .routes.reference import add_reference

logger = Logger()

AWARDS_PATH: Final = "/public/assertions/"

app = APIGatewayRestResolver(enable_validation=True, serializer=write_json, json_body_deserializer=read_json)
for router in ROUTERS:
    app.include_router(router)
add_reference(app)
add_error_handlers(app)


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Return the response to an API Gateway request.

    A HEAD request is handled like a GET request, but the response has no body.
    """
    is_head = event["httpMethod"] == "HEAD"
    request = without_base_path(event | {"httpMethod": "GET"} if is_head else event)
    response = app.resolve(normalize_body(request), context)
    response["body"] = "" if is_head else response.get("body") or ""  # the local API Gateway can't send null
    headers = response["multiValueHeaders"]
    headers["X-Content-Type-Options"] = ["nosniff"]
    headers["Strict-Transport-Security"] = ["max-age=31536000"]
    headers.setdefault("Cache-Control", ["no-store"])
    if request["path"].startswith(AWARDS_PATH):
        # Sent with every status: an award is for the people that its recipient shows it to, not for search engines.
        headers["X-Robots-Tag"] = ["noindex"]
    return response
