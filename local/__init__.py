"""The product on one machine: a local AWS, the deployed template, sample data, and an example export."""
