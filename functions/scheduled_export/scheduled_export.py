"""The function that EventBridge Scheduler invokes for each scheduled run. It requests an ordinary export."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from badgedata.schedules import runner, scheduler

logger = Logger()
metrics = Metrics()


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> str:
    """Request the export for a scheduled run, and return the outcome. Lambda retries a failed invocation twice."""
    try:
        schedule_id, scheduled_time = scheduler.read_event(event)
        logger.append_keys(schedule_id=schedule_id, scheduled_time=scheduled_time.isoformat())
        outcome = runner.run(schedule_id, scheduled_time)
    except Exception:
        metrics.add_metric("ScheduledExportFailed", MetricUnit.Count, 1)
        logger.exception("Scheduled run failed")
        raise
    logger.info("Scheduled run processed", outcome=outcome)
    return outcome
