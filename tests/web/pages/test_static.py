"""Static files: named by their content, kept for ever under that name, sent compressed."""

import re
import shutil

import pytest

from course_app.web.static import asset
from tests.support.source import ROOT

ADDRESS = re.compile(r"""["'](/static/[^"'#]+)""")
NAMED = re.compile(r"\.[0-9a-f]{12}\.[a-z0-9]+$")
TEXT = (".css", ".js", ".svg")


def _get(app, address, **headers):
    """Return an answer read whole, so that the file behind it is closed."""
    return app.test_client().get(address, headers=headers, buffered=True)


def _used(app):
    """Yield each static file that the landing page asks for, then what its style sheets ask for."""
    for address in dict.fromkeys(ADDRESS.findall(_get(app, "/").text)):
        yield address
        if address.endswith(".css"):
            for used in re.findall(r'url\("\.\./([^"]+)"\)', _get(app, address).text):
                yield f"/static/{used}"


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_what_pages_use_is_named_by_its_content(app, encoding):
    """Pages and style sheets ask for names that change with the content; browsers keep those for ever, texts compressed."""
    used = list(_used(app))
    assert len(used) > 10
    for address in used:
        answer = _get(app, address, **{"Accept-Encoding": encoding})
        assert NAMED.search(address), address
        assert answer.status_code == 200, address
        assert "immutable" in answer.headers["Cache-Control"], address
        assert answer.headers.get("Content-Encoding") == (encoding if address.endswith(TEXT) else None), address


def test_a_name_without_fingerprint_is_asked_again(app):
    """The page shown when nothing works names files plainly: what it gets is checked again each time."""
    answer = _get(app, "/static/css/app.css")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "max-age=0, public"
    assert answer.headers["ETag"]


def test_a_changed_font_changes_the_sheet_that_uses_it(make_app, tmp_path):
    """A new font is seen by who knows the old one: its name changes, and so does that of the style sheet."""
    ours = tmp_path / "static"
    shutil.copytree(ROOT / "static", ours)
    font = "vendor/fonts/bricolage-grotesque-700.woff2"
    names = []
    for content in (b"one", b"other"):
        (ours / font).write_bytes(content)
        with make_app(static_dir=ours).test_request_context():
            names.append((asset(font), asset("css/app.css"), asset("css/learning.css")))
    first, second = names
    assert [one == other for one, other in zip(first, second, strict=True)] == [False, False, True]


def test_an_unknown_file_is_refused(app):
    """A template that names a file which is not there fails where it is written."""
    with app.test_request_context(), pytest.raises(KeyError):
        asset("css/absent.css")


def test_a_page_of_before_an_upgrade_still_finds_its_files(app):
    """A page sent by the version before, or by another server, gets today's file under its own name, asked again next time."""
    answer = _get(app, "/static/css/app.0123456789ab.css")
    assert answer.status_code == 200
    assert answer.data == _get(app, "/static/css/app.css").data
    assert "immutable" not in answer.headers["Cache-Control"]
    assert "max-age=0" in answer.headers["Cache-Control"]
    assert _get(app, "/static/css/nowhere.0123456789ab.css").status_code == 404
