"""Reading the content in another process, so that a server which goes on answering does not keep what reading takes.

Reading and checking everything takes seconds, and sixty MiB that Python does not give back whole: a server that read at
midnight, when facts may expire, would weigh a third more until it is started again. The other process archives what it
found good; this one then restores it, as at any start.
"""

import fcntl
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

TIMEOUT_SECONDS = 120
LOCK = "publication.lock"
_LOG = logging.getLogger(__name__)
_PUBLISH = "from course_app.cli import main; main()"


def publisher(content_dir: Path, quizzes_dir: Path, data_dir: Path) -> Callable[[], None]:
    """Return what has `course publish` run for these folders. It never raises: what it could not do is left undone.

    One at a time on a machine: all processes of a site notice midnight together, and the second finds the work done.
    """
    folders = {"CONTENT_DIR": content_dir, "QUIZZES_DIR": quizzes_dir, "DATA_DIR": data_dir}
    environment = {**os.environ, **{name: str(folder) for name, folder in folders.items()}}

    def publish() -> None:
        try:
            data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            with (data_dir / LOCK).open("ab") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                subprocess.run(  # noqa: S603 - our own interpreter and words
                    [sys.executable, "-c", _PUBLISH, "publish"],
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    timeout=TIMEOUT_SECONDS,
                    check=False,
                )
        except (OSError, subprocess.SubprocessError) as error:  # no memory, no process left, too long
            _LOG.warning("content not read apart", extra={"error": type(error).__name__})

    return publish
