"""The schedule sweeper. Every minute, it applies changes to EventBridge Scheduler and retries postponed runs."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from badgedata.schedules import sweeper

logger = Logger()
metrics = Metrics()


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Reconcile EventBridge Scheduler with changed schedules, and retry postponed runs."""
    result = sweeper.sweep()
    if failed := len(result.errors) + result.outcomes["given-up"]:
        metrics.add_metric("ScheduledExportFailed", MetricUnit.Count, failed)
    return result.report("Schedule sweep finished")
