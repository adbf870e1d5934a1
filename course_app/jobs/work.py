"""What a feature writes to have work done beside its pages: a `Kind`, whose handler receives a `Work`.

```python
def _count(work: Work) -> dict[str, Any]:
    with work.reading() as session:             # a session that only reads; close it before computing
        rows = …
    for rank, row in enumerate(rows):
        work.report(rank / len(rows))           # 0 to 1; also where a stop is noticed
    return {"found": 3}                         # JSON values, stored once

COUNT = Kind("comptage", "Compter les dossiers", _count)
```

The factory lists the kinds; a route calls `service.ask(…, COUNT.name, …)` and commits. A handler may be started again
from nothing after a power cut, so it must give the same result twice and send nothing out of the database by itself.
A `CourseError` that it raises is shown to the person; anything else is logged and told as our fault.
"""

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine

from course_app.store.session import reads_only
from course_app.store.tenancy import TenantSession


@dataclass(frozen=True)
class Work:
    """One job in the hands of a runner.

    `report` takes the share done, from 0 to 1, and raises `Interrupted` when the runner must stop or lost the job.
    """

    id: uuid.UUID
    organisation_id: uuid.UUID
    person_id: uuid.UUID
    parameters: Mapping[str, Any]
    report: Callable[[float], None]
    engine: Engine

    @contextmanager
    def reading(self) -> Iterator[TenantSession]:
        """Open a session that only reads: it keeps no writer waiting on SQLite."""
        token = reads_only.set(True)
        try:
            with TenantSession(self.engine, expire_on_commit=False) as session:
                yield session
        finally:
            reads_only.reset(token)


@dataclass(frozen=True)
class Kind:
    """A kind of work: its name in the table, what people call it (French), what does it."""

    name: str
    label: str
    handler: Callable[[Work], Mapping[str, Any]]


class Interrupted(Exception):
    """The runner stops, or another one took the job: whatever was computed is dropped."""
