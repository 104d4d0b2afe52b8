"""The award counts function, which reads batches from the Awards table's stream and updates the counts."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from badgedata.counts import stream

logger = Logger()
metrics = Metrics()


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Apply a batch's changes to the counts. If a write fails, raise the error, so that Lambda retries the batch."""
    new = stream.keep(event["Records"])
    logger.info("Award changes counted", records=len(event["Records"]), changes=new)
    metrics.add_metric("AwardChangesCounted", MetricUnit.Count, new)
