"""Load an issuer or organization document into the tables and the images bucket, after checking all of it."""
