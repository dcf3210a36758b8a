"""How gunicorn serves the product in a container. Django writes the log, so gunicorn writes none of its own."""

import os

bind = os.environ.get("BIND", "0.0.0.0:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
worker_class = "gthread"
preload_app = True  # the pages' code is in memory once; the role check runs before anybody is served
timeout = 60
graceful_timeout = 30  # less than stop_grace_period
keepalive = 5
max_requests = 10_000
max_requests_jitter = 1_000
worker_tmp_dir = "/dev/shm"  # noqa: S108  memory: a heartbeat there never waits for a disk
control_socket_disable = True  # the root of the container is read-only
loglevel = "warning"
