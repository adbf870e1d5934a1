"""`python -m benchmarks.understanding`: a typed turn of a call, read and checked for red lines, in processor time; JSON."""

import json
import statistics
import time
import tracemalloc

from course_app.calls.intents import CallPhase
from course_app.calls.understanding import corpus, understand

LIMIT_MS = 10
ROUNDS = 5


def _spent(text: str) -> float:
    """Return the milliseconds of processor that one text takes."""
    started = time.process_time()
    understand(text, CallPhase.DIAGNOSIS)
    return 1000 * (time.process_time() - started)


def main() -> None:
    """Measure and print."""
    tracemalloc.start()
    loading = _spent("Bonjour")
    memory = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    turns = [_spent(sentence.text) for _ in range(ROUNDS) for sentence in corpus.held_out()]
    longest = max(_spent(text * (10_000 // len(text))) for text in ("je vous ", "dites-lui que votre mari doit ", "é"))
    figures = {
        "turn_ms": {
            "median": round(statistics.median(turns), 2),
            "p99": round(statistics.quantiles(turns, n=100)[-1], 2),
            "limit": LIMIT_MS,
        },
        "ten_thousand_characters_ms": round(longest, 1),
        "loading_ms": round(loading, 1),
        "memory_mib": {"kept": round(memory[0] / 2**20, 1), "peak": round(memory[1] / 2**20, 1)},
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
