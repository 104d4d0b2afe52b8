"""Load an issuer or organization document, after checking all of it, into the tables and the images bucket."""
