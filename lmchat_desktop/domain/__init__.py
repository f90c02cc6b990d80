"""Rules of the product, free of Qt and of input and output."""
