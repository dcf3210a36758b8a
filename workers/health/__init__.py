"""The health checks of what the workers do. Importing this package registers them."""

from workers.health import broker, mail, processes, queues

__all__ = ["broker", "mail", "processes", "queues"]
