"""Every letter opens in LibreOffice as it is, and becomes a PDF that reads the same.

LibreOffice is heavy: `make test` reads the same files with python-docx (tests/web/toolbox); this trial opens them for real.
"""

import re
import shutil
import subprocess

import pypdf
import pytest

from course_app.config import load_settings
from course_app.core.french import NARROW, NBSP
from course_app.factory import create_app
from course_app.toolbox.letter_forms import example
from course_app.web.library import catalog
from tests.support.browsers import browser

PATIENCE = 300


@pytest.fixture(scope="module")
def office():
    """The path of LibreOffice on this machine."""
    found = shutil.which("soffice")
    assert found, "no LibreOffice on this machine: install libreoffice-writer-nogui"
    return found


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Every letter, filled with its example and downloaded: {id: path}."""
    folder = tmp_path_factory.mktemp("letters")
    settings = load_settings({"ENVIRONMENT": "test", "DATA_DIR": str(folder / "data"), "MAIL_URL": "memory:"})
    app = create_app(settings)
    visitor = browser(app, None, None)
    paths = {}
    with app.app_context():
        letters = dict(catalog().letters)
    for name, letter in letters.items():
        answer = visitor.post(f"/outils/lettres/{name}", **example(letter), action="docx")
        assert answer.status_code == 200, name
        paths[name] = folder / f"{name}.docx"
        paths[name].write_bytes(answer.data)
    return paths


def _words(text):
    return re.findall(r"\w+", text.replace(NARROW, " ").replace(NBSP, " "))


def test_every_letter_opens_in_libreoffice(office, written, tmp_path):
    """Each .docx converts without repair, in French, and its PDF says who writes and who must pay."""
    command = [office, "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "pdf"]
    done = subprocess.run(
        [*command, "--outdir", tmp_path, *written.values()],
        capture_output=True, text=True, check=True, timeout=PATIENCE,
    )  # fmt: skip
    assert "repair" not in (done.stdout + done.stderr).lower()
    for name, path in written.items():
        pdf = pypdf.PdfReader(tmp_path / f"{name}.pdf")
        text = " ".join(page.extract_text() for page in pdf.pages)
        assert len(_words(text)) > 40, f"{name}: {path.stat().st_size} bytes, but nothing to read"
