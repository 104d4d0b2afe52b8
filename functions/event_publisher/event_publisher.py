"""The event publisher, which reads batches from the Operations table's stream and sends the events to the event bus."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from badgedata.events import stream

logger = Logger()
metrics = Metrics()


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, list[dict[str, str]]]:
    """Send a batch's events, and return the first failed record, if any. Lambda retries the batch from that record."""
    published = stream.publish(event["Records"])
    metrics.add_metric("EventSent", MetricUnit.Count, published.sent)
    if published.first_failed is None:
        return {"batchItemFailures": []}
    logger.error("Events not sent; their records will be redelivered", sequence_number=published.first_failed)
    return {"batchItemFailures": [{"itemIdentifier": published.first_failed}]}
