"""Loading: an issuer or organization document, checked as a whole, into the tables and the images bucket."""
