"""The function that EventBridge Scheduler invokes: one run of one schedule, an ordinary export requested."""

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
    """Ask for the export of one scheduled time, and say what came of it. Lambda tries twice again what fails."""
    try:
        schedule_id, scheduled_time = scheduler.read_event(event)
        logger.append_keys(schedule_id=schedule_id, scheduled_time=scheduled_time.isoformat())
        outcome = runner.run(schedule_id, scheduled_time)
    except Exception:
        metrics.add_metric("ScheduledExportFailed", MetricUnit.Count, 1)
        logger.exception("A scheduled export could not be requested")
        raise
    logger.info("Scheduled run processed", outcome=outcome)
    return outcome
