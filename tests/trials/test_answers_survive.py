"""What clients were told against what the database holds: nothing lost, nothing twice (security.md R1, R4)."""

import random
import statistics
import time

from tests.support.clients import play
from tests.support.survival import learners_of, nothing_lost, stored

KILLS = 100
CLIENTS = 12
LEARNERS_TO_KILL = 240
LEARNERS_OF_A_COMPANY = 200
ANSWERS_OF_EACH = 20


def test_r4_a_hundred_kills_lose_no_acknowledged_answer(site, told):
    """However often the server is killed under load, every answer it acknowledged is there, once."""
    chance = random.Random(4)
    record, wait = play(site, learners_of(site, LEARNERS_TO_KILL), clients=CLIENTS)
    starts = []
    for _kill in range(KILLS):
        time.sleep(chance.uniform(0.05, 0.6))
        site.kill()
        before = time.monotonic()
        site.start()
        starts.append(time.monotonic() - before)
    wait()
    assert nothing_lost(site, record) > KILLS
    told(
        f"{KILLS} kills, {len(record.acknowledged)} answers acknowledged, 0 lost; restarts in {max(starts):.1f} s at most"
    )


def test_r1_a_company_answers_together(site, told):
    """Two hundred learners × 20 answers at once, three in ten sent twice: all stored once, none refused, p95 within 3 s."""
    learners, earlier = learners_of(site, LEARNERS_OF_A_COMPANY, ANSWERS_OF_EACH), set(stored(site))
    record, wait = play(site, learners, clients=len(learners), doubled=0.3)
    wait()
    keys = [key for key in stored(site) if key not in earlier]
    assert not record.refused
    assert sorted(set(record.acknowledged)) == sorted(keys)
    assert len(keys) == LEARNERS_OF_A_COMPANY * ANSWERS_OF_EACH
    slowest = statistics.quantiles(record.seconds, n=20)[-1]
    told(f"{len(keys)} answers acknowledged and stored, 0 refused, p95 {slowest:.2f} s")
    assert slowest <= 3.0
