"""Write requirements/*.txt from pyproject.toml: exact versions with hashes, for every Python version, no address.

`uv` is the lock tool only: it is installed into a throw-away environment, and installing stays pip's work, because
pip follows the machine's own index settings.
"""

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMPILE = ["pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-emit-index-url", "--no-header"]
LOCKS = {
    "base": ["pyproject.toml", "--extra", "postgres"],
    "dev": ["pyproject.toml", "--extra", "postgres", "--group", "dev"],
}


def main() -> None:
    """Recompute the locks; versions already locked stay unless `--upgrade` is given."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        subprocess.run([f"{folder}/bin/python", "-m", "pip", "install", "--quiet", "uv>=0.13"], check=True)
        for name, inputs in LOCKS.items():
            output = f"requirements/{name}.txt"
            constraint = [] if name == "base" else ["--constraint", "requirements/base.txt"]
            subprocess.run(
                [
                    f"{folder}/bin/uv",
                    *COMPILE,
                    "--no-config",
                    "--no-python-downloads",
                    "--python-version",
                    "3.11",
                    *inputs,
                    *constraint,
                    "--output-file",
                    output,
                    *sys.argv[1:],
                ],
                cwd=ROOT,
                check=True,
            )
            print(output)


if __name__ == "__main__":
    main()
