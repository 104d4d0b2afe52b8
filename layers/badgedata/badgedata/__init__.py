"""The domain logic of Badge Data Management. Every function imports it, and it doesn't depend on any web framework."""
