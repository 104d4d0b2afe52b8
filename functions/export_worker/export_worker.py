"""The export worker's function: one SQS message in, one stretch of an export written."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from badgedata.exports import messages, worker

logger = Logger()
metrics = Metrics()


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Work on the segment that the message names. The event source gives one message at a time.

    A message that failed is reported and comes back by itself. If the function raised instead, Lambda would back off
    from the queue, and so from the exports of every organization.
    """
    failed = [record["messageId"] for record in event["Records"] if not _work_on(record, context)]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def _work_on(record: dict[str, Any], context: LambdaContext) -> bool:
    try:
        message = messages.read(record["body"])
        logger.append_keys(export_id=message.export_id, segment=message.segment)
        outcome = worker.run(message.export_id, message.segment, lambda: context.get_remaining_time_in_millis() / 1000)
    except Exception:
        logger.exception("The export will be tried again")
        metrics.add_metric("MessageFailed", MetricUnit.Count, 1)
        messages.bring_back_soon(record["receiptHandle"], int(record["attributes"]["ApproximateReceiveCount"]))
        return False
    logger.info("Done with the message", outcome=outcome)
    return True
