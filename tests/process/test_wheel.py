"""The product as a wheel: content, quizzes, pictures, templates and migrations travel inside it."""

import os
import subprocess
import sys
import zipfile

from tests.support.source import ROOT


def test_a_wheel_works_away_from_the_checkout(tmp_path):
    """Built, unpacked and run elsewhere, the product finds its content, makes its database and its example company."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", tmp_path / "dist"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    settings = {"ENVIRONMENT": "demonstration", "DATA_DIR": str(tmp_path / "data")}
    environment = {**os.environ, **settings, "PYTHONPATH": str(tmp_path / "installed")}
    for command in (["check"], ["db", "upgrade"], ["demo"], ["db", "check"]):
        run = subprocess.run(
            [sys.executable, "-m", "course_app.cli", *command],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stdout + run.stderr
    where = [sys.executable, "-c", "import course_app; print(course_app.__file__)"]
    found = subprocess.run(where, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert found.stdout.startswith(str(tmp_path / "installed"))
