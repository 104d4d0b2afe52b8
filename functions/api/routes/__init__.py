"""The API's routes, a module a resource."""
