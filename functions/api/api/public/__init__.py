"""What the public reads by an id: the records, and the pages that show them to people."""
