"""Make this checkout importable in its virtual environment, and put the `course` command there.

An editable install would do the same, but hatchling then also copies content/, quizzes/ and static/ into the
environment, where they grow stale; this needs no build tool either.
"""

import compileall
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMAND = '#!/bin/sh\nexec "$(dirname "$0")/python" -m course_app.cli "$@"\n'


def main() -> None:
    """Write the path file and the command, compile the modules; running it again changes nothing."""
    Path(sysconfig.get_path("purelib"), "reglo.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    command = Path(sys.executable).with_name("course")
    command.write_text(COMMAND, encoding="utf-8")
    command.chmod(0o755)
    # As pip does for what it installs: where Python may not write beside the sources, each start compiled all of them.
    compileall.compile_dir(ROOT / "course_app", quiet=1)


if __name__ == "__main__":
    main()
