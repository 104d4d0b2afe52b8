"""Run the product on one machine: emulate AWS, deploy the template, load sample data, and run an example export."""
