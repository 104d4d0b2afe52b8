"""The delivery function. It copies export files to organizations' own buckets, and tests destinations.

No other function is allowed to assume roles in other accounts.
"""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from badgedata.delivery import checking, messages, worker

logger = Logger()
metrics = Metrics()


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Attempt the delivery that an SQS message names, or test a destination if the API invoked the function.

    SQS events contain one message each. A message fails only if the attempt's outcome can't be stored.
    """
    if "Records" not in event:
        return checking.run(event)

    def process(record: SQSRecord) -> None:
        try:
            message = messages.read(record.body)
            logger.append_keys(export_id=message.export_id)
            outcome = worker.run(message.export_id, lambda: context.get_remaining_time_in_millis() / 1000)
        except Exception:
            logger.exception("Delivery attempt failed; it will be retried")
            metrics.add_metric("MessageFailed", MetricUnit.Count, 1)
            raise
        logger.info("Message processed", outcome=outcome)
        metrics.add_metric("FileDelivered", MetricUnit.Count, outcome == "delivered")
        metrics.add_metric("DeliveryPostponed", MetricUnit.Count, outcome == "postponed")

    # A new processor is needed each time, because a processor keeps the failures of its batch.
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event=event, record_handler=process, processor=processor, context=context)
