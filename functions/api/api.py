"""The HTTPS API: who is calling, which route it is, and every error as one problem document."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.utilities.typing import LambdaContext

from problem_answers import answer_problems
from routes import directory, exports

logger = Logger()

app = APIGatewayRestResolver(enable_validation=True)
app.include_router(directory.router)
app.include_router(exports.router)
answer_problems(app)


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request of API Gateway."""
    return app.resolve(event, context)
