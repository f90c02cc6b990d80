"""What a person does and asks, as use cases over the cache and the backend."""
