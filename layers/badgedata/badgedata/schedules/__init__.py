"""Recurring exports: EventBridge Scheduler says when, and each run asks for an ordinary export."""
