"""How fast recorded facts reach their handlers. `python -m benchmarks.outbox`."""
