"""Events about changes of state, for subscribers on the stack's EventBridge bus."""
