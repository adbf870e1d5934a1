"""One learner at a site that has bad days, and what they and a watcher see."""

import http.client
import time
from pathlib import Path

from benchmarks.learners import Learner
from tests.support.site import Site

PATIENCE_SECONDS = 5.0  # security.md R8


class Day:
    """One learner of a running site, with answers to give in their order."""

    def __init__(self, site: Site, learner: Learner) -> None:
        self.site, self.learner = site, learner
        self.answers = list(learner.answers)
        self.token = learner.answers[0].form["csrf_token"]

    def ask(self, path: str, body: str | None = None) -> tuple[int, str]:
        """Return status and text of a page, or of a form when there is a body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=30)
        headers = {**self.learner.headers, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("GET" if body is None else "POST", path, body, headers)
        answer = connection.getresponse()
        status, text = answer.status, answer.read().decode()
        connection.close()
        return status, text

    def save(self) -> int:
        """Return the status of the learner's next answer; one refused is sent again next time, with the same key."""
        status = self.ask(self.answers[0].path, self.answers[0].body)[0]
        if status == 303:
            self.answers.pop(0)
        return status

    def becomes_ready(self) -> bool:
        """Tell whether /readyz is 200 within the time promised."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if self.ask("/readyz")[0] == 200:
                return True
            time.sleep(0.1)
        return False

    def workers(self) -> list[str]:
        """Return the processes that the server's first one started."""
        return Path(f"/proc/{self.site.pid}/task/{self.site.pid}/children").read_text(encoding="ascii").split()
