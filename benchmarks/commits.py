"""The limit of a stored answer: durable SQLite commits of one row, by threads of one process."""

import sqlite3
import threading
import time
from pathlib import Path

from benchmarks.load import Load


def connect(path: Path) -> sqlite3.Connection:
    """Open a database with the product's modes: WAL, synchronous=FULL."""
    connection = sqlite3.connect(path, timeout=30, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    return connection


def durable_commits(folder: Path, threads: int, seconds: float) -> Load:
    """Commit one small row at a time from each thread, WAL and synchronous=FULL, as the product does."""
    path = folder / "commits.sqlite3"
    with connect(path) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS answer (id INTEGER PRIMARY KEY, chosen TEXT)")
    latencies: list[list[float]] = [[] for _ in range(threads)]
    end = time.perf_counter() + seconds

    def work(mine: list[float]) -> None:
        connection = connect(path)
        while (started := time.perf_counter()) < end:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO answer (chosen) VALUES (?)", ("a",))
            connection.execute("COMMIT")
            mine.append(time.perf_counter() - started)
        connection.close()

    workers = [threading.Thread(target=work, args=(mine,)) for mine in latencies]
    started = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    together = tuple(latency for mine in latencies for latency in mine)
    return Load(len(together), time.perf_counter() - started, together)
