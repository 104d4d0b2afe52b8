"""Run the product on one machine, with a local AWS, the deployed template, sample data, and an example export."""
