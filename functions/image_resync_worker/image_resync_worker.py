"""The image re-sync worker function. For each SQS message, it bakes the images for one page of awards."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from badgedata.resync import messages, worker

logger = Logger()
metrics = Metrics()


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Process each message, and return the failed messages, so that only they are retried."""

    def process(record: SQSRecord) -> None:
        try:
            message = messages.read(record.body)
            logger.append_keys(badge_class_id=message.badge_class_id, version=message.version)
            outcome = worker.run(message, lambda: context.get_remaining_time_in_millis() / 1000)
        except Exception:
            logger.exception("Message failed; it will be retried")  # the batch processor doesn't log failures
            metrics.add_metric("MessageFailed", MetricUnit.Count, 1)
            raise
        logger.info("Message processed", outcome=outcome.state, refreshed=outcome.refreshed, failed=outcome.failed)
        metrics.add_metric("ImagesRefreshed", MetricUnit.Count, outcome.refreshed)
        metrics.add_metric("ImagesFailed", MetricUnit.Count, outcome.failed)

    # A new processor is needed each time, because a processor keeps the failures of its batch.
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event=event, record_handler=process, processor=processor, context=context)
