"""What is decided line by line and without the model: the company's rules, own transfers, returns."""
