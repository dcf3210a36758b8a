from tests.architecture.shared_worlds import worlds

__all__ = ["worlds"]
