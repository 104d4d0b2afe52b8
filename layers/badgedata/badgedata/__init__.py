"""The domain of Badge Data Management: what every function imports, and what knows no web framework."""
