"""The domain logic of Badge Data Management, which all functions share. It doesn't depend on any web framework."""
