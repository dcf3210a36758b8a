"""Whether the whole product works, part by part, in words that say what to do.

checks.py is the frame; each part has a small class that is registered: those that need no other app in platform.py,
those of the workers, the queues, mail and the ledger in workers.health. The page, `manage.py health` and /metrics show
the same findings.
"""

from crm.core.health import platform

__all__ = ["platform"]
