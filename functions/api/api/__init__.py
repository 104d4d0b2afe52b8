"""The HTTPS API: who is calling, which route it is, and every error as one problem document."""

from typing import Any, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.utilities.typing import LambdaContext

from .http.base_url import below_base_path
from .http.bodies import labelled_as_json, read_json, write_json
from .http.problems import answer_problems
from .routes import ROUTERS
from .routes.reference import add_reference

logger = Logger()

ABOUT_AWARDS: Final = "/public/assertions/"

app = APIGatewayRestResolver(enable_validation=True, serializer=write_json, json_body_deserializer=read_json)
for router in ROUTERS:
    app.include_router(router)
add_reference(app)
answer_problems(app)


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request of API Gateway. HEAD is answered as GET, without the body."""
    is_head = event["httpMethod"] == "HEAD"
    request = below_base_path(event | {"httpMethod": "GET"} if is_head else event)
    answer = app.resolve(labelled_as_json(request), context)
    answer["body"] = "" if is_head else answer.get("body") or ""  # the local API Gateway can't send null
    headers = answer["multiValueHeaders"]
    headers["X-Content-Type-Options"] = ["nosniff"]
    headers["Strict-Transport-Security"] = ["max-age=31536000"]
    headers.setdefault("Cache-Control", ["no-store"])
    if request["path"].startswith(ABOUT_AWARDS):
        # Whatever the answer is: an award is for people its recipient shows it to, not for search engines.
        headers["X-Robots-Tag"] = ["noindex"]
    return answer
