"""The export sweeper function.

Every minute, it recovers stalled exports, cleans up after finished exports, and retries deliveries.
"""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext

from badgedata.delivery import sweeper as delivery_sweeper
from badgedata.exports import sweeper

logger = Logger()
metrics = Metrics()


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Process all due exports and deliveries, and return the count of each outcome."""
    result = sweeper.sweep()
    deliveries = delivery_sweeper.sweep()
    outcomes = result.report("Export sweep finished") | deliveries.report("Delivery sweep finished")
    result.raise_errors("Some exports could not be processed")
    deliveries.raise_errors("Some deliveries could not be processed")
    return outcomes
