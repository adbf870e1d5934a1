"""What the product never does, read in its source: composed SQL, fetching, unpickling, taking files, filling rows by name."""

import ast
import re
from collections.abc import Callable

import pytest

from course_app.administration import register
from course_app.core import spreadsheet
from course_app.evidence import rendering
from course_app.quizzes.items import pages
from tests.support.source import ROOT, modules, tracked

STATEMENTS = {
    "text",
    "execute",
    "executemany",
    "executescript",
    "exec_driver_sql",
    "literal_column",
    "scalar",
    "scalars",
}
# Statements that take no parameter: what they are composed of, which nobody types.
NAMES_ONLY = {
    "course_app/administration/inspection/database.py": "names of modes, constants of the module",
    "course_app/store/backup/postgres.py": "a database name drawn here at random",
    "course_app/store/backup/sqlite.py": "the table names of the file itself",
    "course_app/store/session.py": "PRAGMA with constants of the module",
    "course_app/store/turns.py": "PRAGMA with the number that the same PRAGMA gave",
}
# Where an address is asked, and who chose that address: never somebody who visits the site.
ASKS = {
    "course_app/administration/inspection/surroundings.py": "smtplib: the mail server of the settings, for course doctor",
    "course_app/accounts/federation/provider.py": "urllib.request: the company's sign-in provider of the settings, over https",
    "course_app/backup_cli.py": "http.client: the site of this installation, host and port of the settings",
    "course_app/outbox/delivery.py": "smtplib, socket: the mail server of the settings",
    "course_app/web/receiving.py": "socket: the connections that people opened, and none of ours",
    "course_app/jobs/runner.py": "socket: the name of this machine, nothing is connected",
}
NETWORK = re.compile(
    r"(urllib\.request|urllib3|http\.client|socket|requests|httpx|aiohttp|ftplib|smtplib|telnetlib|xmlrpc|webbrowser)(\.|$)"
)
# What is unpickled, and who wrote it: never anything that came through a request, a file or the database.
UNPICKLES = {"course_app/library/forked.py": "the answer of a child of this very process, through a pipe of its own"}
UNSAFE = re.compile(r"(pickle|cPickle|dill|shelve|marshal|joblib)(\.|$)")
# What gives a row its values by name, and where the names come from: never from a form.
SETS_BY_NAME = {"course_app/outbox/service.py"}  # ERASED: what a mail that is over loses, a constant
# What writes cells for spreadsheets, and how it keeps each from being computed.
WRITES_CELLS: dict[str, Callable[[str], str]] = {
    "course_app/core/spreadsheet.py": spreadsheet.neutral,
    "course_app/administration/register.py": lambda cell: register._safe([cell])[0],
    "course_app/evidence/rendering.py": rendering._inert,
    "course_app/quizzes/items/routes.py": pages._safe,
}
FILE_FIELDS = {"FileField", "MultipleFileField", "FileAllowed", "FileRequired", "secure_filename"}
# Rooms that take a file from people, and the tests that say how it is judged.
_LIST = "test_s65_ and test_s69_ of tests/web/membership, tests/unit/core/test_spreadsheet.py"
_LOGO = "tests/unit/company/test_reading.py"
TAKES_FILES: dict[str, str] = {
    "course_app/company/forms.py": _LOGO,
    "course_app/templates/company/ways.html": _LOGO,
    "course_app/membership/forms.py": _LIST,
    "course_app/membership/invitation_routes.py": _LIST,
    "course_app/templates/membership/invite.html": _LIST,
}


def _composed(node, assigned):
    """Tell whether an expression is a string put together: f-string with a value, +, % or .format."""
    match node:
        case ast.JoinedStr():
            return any(isinstance(part, ast.FormattedValue) for part in node.values)
        case ast.BinOp(op=ast.Add() | ast.Mod()):
            return any(isinstance(side, ast.Constant | ast.JoinedStr | ast.BinOp) for side in (node.left, node.right))
        case ast.Call(func=ast.Attribute(attr="format" | "join")):
            return True
        case ast.Name(id=name):
            return name in assigned
    return False


def _composed_statements(tree):
    """Yield the lines where a composed string is handed to the database."""
    assigned = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and _composed(node.value, ())
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in STATEMENTS and _composed(node.args[0], assigned):
                yield node.lineno


@pytest.mark.parametrize(
    "source",
    [
        'session.execute(text(f"SELECT {name}"))',
        'session.execute(text("SELECT " + name))',
        'session.execute(text("SELECT %s" % name))',
        'session.execute(text("SELECT {}".format(name)))',
        'query = f"SELECT {name}"\ncursor.execute(query)',
    ],
)
def test_s57_a_composed_statement_is_seen(source):
    """Each way to put a value into the text of a statement is found."""
    assert list(_composed_statements(ast.parse(source)))


def test_s57_no_statement_is_composed():
    """Values reach the database as bound parameters: no statement is put together from text, but names of NAMES_ONLY."""
    found = {
        module.path: lines
        for module in modules("course_app/*.py")
        if (lines := list(_composed_statements(module.tree)))
    }
    assert {path: found[path] for path in found.keys() - NAMES_ONLY.keys()} == {}
    assert not NAMES_ONLY.keys() - found.keys(), "no longer composed: take it off the list"


def _imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _importers(pattern):
    return {
        module.path
        for module in modules("course_app/*.py")
        if any(pattern.match(name) for name in _imported(module.tree))
    }


def test_s68_the_server_asks_no_address_of_a_visitor():
    """Only the modules named above open a connection, each to an address of the settings."""
    assert _importers(NETWORK) == ASKS.keys(), "say in ASKS which address is asked, and who chose it"


def test_s67_nothing_is_unpickled():
    """No format that runs code when it is read; arrays are read without objects; YAML through our own safe reader."""
    assert _importers(UNSAFE) == UNPICKLES.keys()
    calls = [
        (module.path, node)
        for module in modules("course_app/*.py")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]
    arrays = [(path, ast.unparse(node)) for path, node in calls if ast.unparse(node.func) in {"np.load", "numpy.load"}]
    assert arrays
    assert not [call for call in arrays if "allow_pickle=False" not in call[1]]
    loaders = {"yaml.load", "yaml.load_all", "yaml.unsafe_load", "yaml.full_load"}
    assert not [path for path, node in calls if ast.unparse(node.func) in loaders]


def _takers():
    """Return the modules and templates that take a file from a browser."""
    code = {
        module.path
        for module in modules("course_app/*.py")
        for node in ast.walk(module.tree)
        if (isinstance(node, ast.Attribute) and node.attr == "files" and ast.unparse(node.value) == "request")
        or (isinstance(node, ast.Name) and node.id in FILE_FIELDS)
    }
    forms = re.compile(r"type=.?file|multipart/form-data")
    templates = {
        path.relative_to(ROOT).as_posix()
        for path in tracked("course_app/templates/*")
        if forms.search(path.read_text(encoding="utf-8"))
    }
    return code | templates


def test_s65_s66_s69_no_page_takes_a_file_unannounced():
    """No picture, package or list of people is taken from a browser, but where TAKES_FILES names what judges it."""
    assert _takers() == TAKES_FILES.keys(), (
        "name in TAKES_FILES the tests (test_s65_, test_s66_, test_s69_) that judge it"
    )


def _sweeping(tree):
    """Yield the lines that fill something from names a browser may have chosen: `populate_obj`, `**form.data`, `setattr`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "populate_obj":
            yield node.lineno
        if isinstance(node, ast.Call):
            spread = [ast.unparse(each.value) for each in node.keywords if each.arg is None]
            if any(re.search(r"\brequest\b|\.data$", each) for each in spread):
                yield node.lineno
            is_named = isinstance(node.func, ast.Name) and node.func.id == "setattr"
            if is_named and not isinstance(node.args[1], ast.Constant):
                yield node.lineno


@pytest.mark.parametrize(
    "source", ["form.populate_obj(user)", "User(**form.data)", "save(**request.form)", "setattr(user, name, value)"]
)
def test_s06_a_row_filled_by_names_is_seen(source):
    """Each way to give a row whatever fields were sent is found."""
    assert list(_sweeping(ast.parse(source)))


def test_s06_no_row_is_filled_by_the_names_of_a_form():
    """Every field of every form is taken by its own name: a column sent along reaches no row (S06)."""
    found = {module.path for module in modules("course_app/*.py") if list(_sweeping(module.tree))}
    assert found == SETS_BY_NAME


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_s60_every_writer_of_cells_knows_the_six_signs(sign):
    """Whatever writes a table for spreadsheets is named here, and leads each of the six signs by an apostrophe (S60)."""
    writers = {module.path for module in modules("course_app/*.py") if "csv.writer(" in ast.unparse(module.tree)}
    assert writers == WRITES_CELLS.keys()
    assert {made(f"{sign}cmd") for made in WRITES_CELLS.values()} == {f"'{sign}cmd"}


def test_s78_the_register_is_only_appended_to():
    """No statement changes the register's rows; one deletes them, by their age (S78)."""
    changing = re.compile(r"\b(?:update|delete|deleted)\((?:session, )?AuditEntry\b")
    found = {
        module.path: len(changing.findall(ast.unparse(module.tree)))
        for module in modules("course_app/*.py")
        if changing.search(ast.unparse(module.tree))
    }
    assert found == {"course_app/audit/service.py": 1}
