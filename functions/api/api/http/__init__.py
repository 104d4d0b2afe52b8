"""The code that all routes share: the caller, the base URL, parameters, bodies, list pages, caching, and errors."""
