"""The export worker's function: one SQS message in, one stretch of an export written."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext

from badgedata.exports import messages, worker

logger = Logger()
metrics = Metrics()


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Work on the segment that the message names. The event source gives one message at a time."""
    for record in event["Records"]:
        message = messages.read(record["body"])
        logger.append_keys(export_id=message.export_id, segment=message.segment)
        try:
            outcome = worker.run(
                message.export_id, message.segment, lambda: context.get_remaining_time_in_millis() / 1000
            )
        except Exception:
            logger.exception("The export will be tried again")
            messages.bring_back_soon(record["receiptHandle"], int(record["attributes"]["ApproximateReceiveCount"]))
            raise
        logger.info("Done with the message", outcome=outcome)
