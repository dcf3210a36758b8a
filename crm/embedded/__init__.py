"""PostgreSQL and Valkey from Python wheels, and the supervisor that keeps them and our own processes running.

`manage.py up` uses this package where no DATABASE_URL or REDIS_URL is given; the test suite and the benchmarks use
`crm.embedded.temporary`. Nothing here imports Django or listens on a TCP port: both servers speak over Unix sockets
in a directory that only their owner may enter.
"""
