"""The image re-sync sweeper function. Every hour, it retries failed images and closes overdue re-syncs."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from badgedata import clock
from badgedata.resync import sweeper

logger = Logger()
metrics = Metrics()


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Process all re-syncs and failed images that are due at the event's time."""
    result = sweeper.sweep(clock.parse_rfc3339(event["time"]))
    result.raise_errors(f"{len(result.errors)} re-syncs could not be processed")
    metrics.add_metric("ImageResyncOverdue", MetricUnit.Count, result.outcomes["overdue"])
    return result.report("Image re-sync sweep finished")
