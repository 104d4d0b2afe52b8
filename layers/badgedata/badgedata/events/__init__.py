"""Events about state changes, which are sent to the stack's EventBridge bus for subscribers."""
