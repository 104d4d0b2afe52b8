"""Recurring exports: EventBridge Scheduler starts each run, and a run requests an ordinary export."""
