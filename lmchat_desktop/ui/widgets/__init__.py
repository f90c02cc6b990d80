"""The controls that every page is made of; one module for each family."""
