"""The export worker function. For each SQS message, it writes as much of a segment as it can in one invocation."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from badgedata.exports import messages, worker

logger = Logger()
metrics = Metrics()


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Process the segment that an SQS message names. Each event contains one message.

    A failed message is reported in the response. If the function raised an exception instead, Lambda would process
    the entire queue more slowly, and all organizations would wait longer for their exports.
    """

    def process(record: SQSRecord) -> None:
        try:
            message = messages.read(record.body)
            logger.append_keys(export_id=message.export_id, segment=message.segment)
            outcome = worker.run(
                message.export_id, message.segment, lambda: context.get_remaining_time_in_millis() / 1000
            )
        except Exception:
            logger.exception("Export attempt failed; it will be retried")
            metrics.add_metric("MessageFailed", MetricUnit.Count, 1)
            messages.retry_soon(record.receipt_handle, int(record.attributes.approximate_receive_count))
            raise
        logger.info("Message processed", outcome=outcome)

    # A new processor is needed each time, because a processor keeps the failures of its batch.
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event=event, record_handler=process, processor=processor, context=context)
