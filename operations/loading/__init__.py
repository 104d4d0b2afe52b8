"""Check an entire issuer or organization document, and then load it into the tables and the images bucket."""
