"""Recurring exports. EventBridge Scheduler starts each run, and each run requests an export."""
