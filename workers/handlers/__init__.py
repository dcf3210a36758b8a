"""One module per consequence, found at start-up. See workers.handling for what a handler is."""
