"""The email function. For each SQS message about a finished export, it emails the person who requested the export."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from badgedata.exports import notifications

logger = Logger()
metrics = Metrics()


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Process each message, and return the messages that failed. Only these messages are retried."""

    def process(record: SQSRecord) -> None:
        try:
            export_id: str = record.json_body["detail"]["exportId"]
            logger.append_keys(export_id=export_id)
            outcome = notifications.send_email(export_id)
        except Exception:
            logger.exception("Message failed; it will be retried")  # the batch processor doesn't log failures
            metrics.add_metric("MessageFailed", MetricUnit.Count, 1)
            raise
        logger.info("Message processed", outcome=outcome)
        metrics.add_metric("EmailsSent", MetricUnit.Count, int(outcome == "sent"))
        metrics.add_metric("EmailInDoubt", MetricUnit.Count, int(outcome == "possibly-sent"))

    # A new processor is needed each time, because a processor keeps the failures of its batch.
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event=event, record_handler=process, processor=processor, context=context)
