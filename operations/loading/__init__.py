"""Check an issuer or organization document, and load it into the tables and the images bucket."""
