"""Start and rest: seconds from start to ready, resident memory with only the room on, beside a bare aiohttp server.

python bench/at_rest.py
"""

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil

ROUNDS = 5
BARE = """
import sys
from aiohttp import web
app = web.Application()
async def ready(request): return web.Response(text="ready")
app.router.add_get("/readyz", ready)
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
"""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def measure(command: list[str], port: int, environment: dict[str, str]) -> tuple[float, float]:
    """Seconds until /readyz answers 200, and MiB resident two seconds later."""
    began = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not answers(port):
            if process.poll() is not None or time.perf_counter() - began > 60:
                raise SystemExit("the server did not start")
            time.sleep(0.01)
        seconds = time.perf_counter() - began
        time.sleep(2)
        return seconds, psutil.Process(process.pid).memory_info().rss / 2**20
    finally:
        process.terminate()
        process.wait(20)


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def lectern(database: Path) -> tuple[float, float]:
    port = free_port()
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{database}", "PORT": str(port)}
    return measure([sys.executable, "-m", "bot"], port, environment)


def bare() -> tuple[float, float]:
    port = free_port()
    return measure([sys.executable, "-c", BARE, str(port)], port, dict(os.environ))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        first = [lectern(Path(folder) / f"first{n}.db") for n in range(ROUNDS)]
        again = [lectern(Path(folder) / f"first{n}.db") for n in range(ROUNDS)]
    empty = [bare() for _ in range(ROUNDS)]
    base_seconds, base_memory = (statistics.median(column) for column in zip(*empty, strict=True))
    print(f"{'':34}{'ready after':>14}{'ratio':>8}{'resident':>12}{'ratio':>8}")
    for name, runs in (("bare aiohttp server", empty), ("Lectern, first start", first), ("Lectern, later start", again)):
        seconds, memory = (statistics.median(column) for column in zip(*runs, strict=True))
        print(f"{name:34}{seconds:12.2f} s{seconds / base_seconds:8.1f}{memory:8.0f} MiB{memory / base_memory:8.1f}")
    print(f"medians of {ROUNDS} runs each")


if __name__ == "__main__":
    main()
