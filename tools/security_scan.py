"""`make security`: outside tools against a throw-away site, as a learner and as a manager; one table, one verdict.

Each tool lives in an environment of its own under `.tools/`, made by name (sqlmap comes from the system's packages
where we may install them): their dependencies contradict each other and ours. The site is started here, on its own
data, and thrown away. Addresses and forms come from the map of routes (`tests/support/addresses.py`).

    python tools/security_scan.py                 everything (about twenty minutes)
    python tools/security_scan.py semgrep bandit  those tools only
    python tools/security_scan.py --record        also add the table to docs/security-tools.md

Exit status: 0 when every tool passed, 1 when one found something, 2 when one could not run.
"""

import argparse
import csv
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from course_app.accounts.rules import Role  # noqa: E402  # the root must be importable first
from course_app.config import load_settings  # noqa: E402
from course_app.factory import create_app  # noqa: E402
from course_app.store.session import db  # noqa: E402
from course_app.store.tenancy import TenantSession  # noqa: E402
from tests.support import addresses  # noqa: E402
from tests.support.browsers import Browser, cookies, enter_as  # noqa: E402
from tests.support.site import Site  # noqa: E402
from tests.web.security.routes_table import EXAMPLES  # noqa: E402

TOOLS, PAGE, RULES = ROOT / ".tools", ROOT / "docs" / "security-tools.md", ROOT / "tools" / "security" / "semgrep.yml"
BEGIN = "<!-- results: tools/security_scan.py -->"
PACKAGES = {
    "wapiti": "wapiti3>=3.2",
    "schemathesis": "schemathesis>=4.32",
    "semgrep": "semgrep>=1.180",
    "bandit": "bandit>=1.9",
}
SEEDED = "1"  # the only seed: two runs ask the same questions
# What ends the session of the scan itself, or leaves the company: nothing would be attacked afterwards.
LEFT_OUT = ("deconnexion", "fermer", "quitter", "effacement", "mot-de-passe", "retirer", "desactiver")
WAPITI_MODULES = "sql,timesql,xss,exec,file,redirect,crlf,cookieflags,http_headers,csp,backup,methods"
PASSES = {  # name: what is asked, options
    "wapiti": ["-m", WAPITI_MODULES, "--max-scan-time", "120", "--max-attack-time", "25", "--tasks", "8"],
    "wapiti, stored": ["-m", "xss,permanentxss", "--max-scan-time", "120", "--max-attack-time", "60", "--tasks", "8"],
    "wapiti, csrf": ["-m", "csrf", "--max-scan-time", "60", "--max-attack-time", "25", "--tasks", "1"],
}
# Findings that are not faults: (rule, file) or (kind, None), and why. A line may also say it, as it says it to ruff.
WAIVED = {
    ("formatted-sql", "course_app/store/backup/postgres.py"): "a database name drawn here at random",
    ("formatted-sql", "course_app/store/backup/sqlite.py"): "the table names of the file itself",
    ("formatted-sql", "course_app/store/session.py"): "PRAGMA with constants of the module",
    ("formatted-sql", "course_app/store/turns.py"): "PRAGMA with the number that the same PRAGMA gave",
    (
        "address-from-request",
        "course_app/accounts/access.py",
    ): "taken off the page that held the form; what is left must be a path of ours",
    (
        "address-from-request",
        "course_app/information/routes.py",
    ): "taken off the page that came before; what is left must be a path of ours",
    ("Secure Flag cookie", None): "plain loopback: the cookie is Secure on https (test_s44)",
    ("Strict-Transport-Security", None): "plain loopback: sent on https (test_s51)",
}
# Migrations run from the command line, on names and constants of their own: no request reaches them.
MIGRATIONS, COMPOSED = "course_app/store/migrations/", {"B608", "formatted-sql"}
NOQA = {"markup-on-data": "S704", "formatted-sql": "S608"}


@dataclass(frozen=True)
class Verdict:
    """What one tool gave: its findings in words, one a line; empty when it passed. `why_not` when it could not run."""

    tool: str
    role: str
    seconds: float
    measured: str
    findings: tuple[str, ...] = ()
    why_not: str = ""


@dataclass(frozen=True)
class Target:
    """A site under attack and somebody signed in there."""

    site: Site
    app: Flask
    role: Role
    held: Browser
    rows: dict[str, str]
    folder: Path

    @property
    def cookie(self) -> str:
        """The header of their session."""
        return "; ".join(f"{name}={value}" for name, value in cookies(self.held.client).items())


def _binary(tool: str, command: str) -> Path:
    """Return a program of a tool, installed in its own environment the first time."""
    folder = TOOLS / tool
    if not (folder / "bin" / command).exists():
        print(f"installation de {tool}…", flush=True)
        venv.create(folder, with_pip=True, clear=True)
        pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, PACKAGES[tool]], check=True, capture_output=True)
    return folder / "bin" / command


def _ran(command: list[str | Path], folder: Path, limit: int = 900) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONWARNINGS": "ignore", "NO_COLOR": "1"}
    return subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=limit,
    )


# --- Reading the code


def _is_waived(rule: str, path: str, line: int, code: str | None) -> bool:
    """Tell whether a finding is waived: by the list above, or by its line, which names the rule and a reason."""
    source = (ROOT / path).read_text(encoding="utf-8").splitlines()[line - 1]
    if rule in COMPOSED and path.startswith(MIGRATIONS):
        return True
    return (rule, path) in WAIVED or bool(code and re.search(rf"# noqa: [^#]*\b{code}\b", source))


def bandit() -> tuple[str, list[str]]:
    """Read the product's code twice: medium findings and above, then weak randomness, which has a low severity."""
    program, found, lines = _binary("bandit", "bandit"), [], 0
    for options in (["-ll", "-ii"], ["-t", "B311"]):
        told = json.loads(_ran([program, "-q", "-r", "course_app", "-f", "json", *options], ROOT).stdout)
        lines = told["metrics"]["_totals"]["loc"]
        found += [
            f"{each['test_id']} {each['filename']}:{each['line_number']} {each['issue_text']}"
            for each in told["results"]
            if not _is_waived(each["test_id"], each["filename"], each["line_number"], f"S{each['test_id'][1:]}")
        ]
    return f"{lines} lines", found


def semgrep() -> tuple[str, list[str]]:
    """Read the product's code and templates with our own rules, offline."""
    options = ["--metrics=off", "--disable-version-check", "--json", "--quiet", "--no-git-ignore"]
    told = json.loads(
        _ran([_binary("semgrep", "semgrep"), "scan", "--config", RULES, *options, "course_app"], ROOT).stdout
    )
    found = [f"error: {each['message']:.200}" for each in told["errors"]]
    for each in told["results"]:
        rule = each["check_id"].rpartition(".")[2]
        if not _is_waived(rule, each["path"], each["start"]["line"], NOQA.get(rule)):
            found.append(f"{rule} {each['path']}:{each['start']['line']} {each['extra']['message']}")
    return f"{len(told['paths']['scanned'])} files", found


# --- Attacking the site


def wapiti(target: Target, name: str) -> tuple[str, list[str]]:
    """Crawl and attack; it always exits 0, hence the reading: signed in, no vulnerability, no 5xx."""
    report, url = target.folder / f"{name.replace(', ', '-')}.json", target.site.url
    excluded = [part for word in LEFT_OUT for part in ("-x", f"{url}/*{word}*")]
    done = _ran(
        [
            _binary("wapiti", "wapiti"), "-u", f"{url}/", "-s", f"{url}/reglages", "-s", f"{url}/programme", "--scope", "folder",
            *PASSES[name], "-C", target.cookie, *excluded, "--endpoint", "http://127.0.0.1:9/", "-t", "6", "-d", "4",
            "--flush-session", "--store-session", target.folder / name, "--no-bugreport", "-v", "0", "-f", "json", "-o", report,
        ],
        target.folder,
    )  # fmt: skip
    if not report.exists():
        raise RuntimeError((done.stdout + done.stderr)[-500:])
    told = json.loads(report.read_text(encoding="utf-8"))
    found = [
        f"{kind}: {one['method']} {one['path']} {one['parameter']} {one['info']}"
        for kind, ones in told["vulnerabilities"].items()
        for one in ones
        if not any(word in f"{kind} {one['info']}" for (word, file) in WAIVED if file is None)
    ]
    found += [f"5xx: {one['method']} {one['path']}" for one in told["anomalies"].get("Internal Server Error", ())]
    if not _was_signed_in(target, name):
        found.append("not signed in: nothing was seen")
    return f"{told['infos'].get('crawled_pages_nbr', 0)} pages", found


def _was_signed_in(target: Target, name: str) -> bool:
    """Tell whether the crawl read a page kept for members; wapiti itself only knows « Log out » and its like."""
    (database,) = (target.folder / name).glob("*.db")
    with closing(sqlite3.connect(database)) as crawled:
        read = "SELECT count(*) FROM responses WHERE url = ? AND status_code = 200"
        return bool(crawled.execute(read, (f"{target.site.url}/reglages",)).fetchone()[0])


def schemathesis(target: Target) -> tuple[str, list[str]]:
    """Send generated paths, queries and forms to every route: no 5xx."""
    document = target.folder / "openapi.json"
    document.write_text(
        json.dumps(addresses.openapi(target.app, target.rows, dict(EXAMPLES), LEFT_OUT)), encoding="utf-8"
    )
    done = _ran(
        [
            _binary("schemathesis", "st"), "run", document, "--url", target.site.url, "-H", f"Cookie: {target.cookie}",
            "-H", f"X-CSRFToken: {target.held.csrf}", "--checks", "not_a_server_error", "--phases", "fuzzing",
            "--max-examples", "15", "--seed", SEEDED, "--continue-on-failure", "--request-timeout", "30", "--request-retries", "2", "--suppress-health-check", "all", "--warnings", "off",
        ],
        target.folder,
        1500,
    )  # fmt: skip
    text = done.stdout + done.stderr
    tested = re.search(r"(\d[\d,]*) generated", text)
    found = sorted(set(re.findall(r"curl -X [^\n]+", text))) if "Server error" in text else []
    if done.returncode and not found:
        found = [each.strip()[:300] for each in re.findall(r"_{5,} (?:GET|POST) [^_]+|Network Error[^_]+", text)] or [
            text[:500]
        ]
    return f"{tested[1] if tested else '?'} requests", found


def sqlmap(target: Target) -> tuple[str, list[str]]:
    """Attack the query and the variable part of every address that is read; an empty table of results passes."""
    program = shutil.which("sqlmap")
    if program is None and os.geteuid() == 0 and shutil.which("apt-get"):
        _ran(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "sqlmap"], ROOT)
        program = shutil.which("sqlmap")
    if program is None:
        raise RuntimeError("sqlmap is not installed: apt-get install sqlmap")
    listed, output = target.folder / "urls.txt", target.folder / "sqlmap"
    asked = [path for path in addresses.addresses(target.app, target.rows, dict(EXAMPLES)) if "?" in path]
    answered = [path for path in asked if target.held.client.get(path, follow_redirects=True).status_code == 200]
    listed.write_text("".join(f"{target.site.url}{path}\n" for path in answered), encoding="utf-8")
    _ran(
        [
            program, "-m", listed, "--cookie", target.cookie, "--batch", "--level", "2", "--risk", "1", "--dbms", "sqlite", "--threads", "4",
            "--timeout", "5", "--retries", "0", "--flush-session", "--skip", "Cookie,User-Agent,Referer", "--output-dir", output,
        ],
        target.folder,
        1800,
    )  # fmt: skip
    rows = [
        row for path in output.glob("results-*.csv") for row in csv.DictReader(path.open(encoding="utf-8", newline=""))
    ]
    # sqlmap tries again what it suspects, and says itself when nothing came of it.
    found = [
        " ".join(map(str, row.values())) for row in rows if row["Parameter"] and "false positive" not in row["Note(s)"]
    ]
    return f"{len(answered)} addresses", found


# --- The site


@contextmanager
def targets(folder: Path, roles: Collection[Role]) -> Iterator[list[Target]]:
    """A running site on its own data, with a learner and a manager of one company; thrown away afterwards."""
    site = Site(folder / "site", ENVIRONMENT="test", MAIL_URL="memory:")
    site.prepare()
    app = create_app(load_settings(site.environment))
    with app.app_context():
        engine = db.engine
    site.start()
    try:
        with TenantSession(engine) as session:
            yield [_target(site, app, session, role, folder) for role in roles]
    finally:
        site.stop()


def _target(site: Site, app: Flask, session: Session, role: Role, folder: Path) -> Target:
    own = folder / role.name.lower()
    own.mkdir()
    held = enter_as(app, session, role)
    return Target(site, app, role, held, addresses.open_rows(held), own)


def _timed(tool: str, role: str, work: Callable[[], tuple[str, list[str]]]) -> Verdict:
    started = time.monotonic()
    try:
        measured, findings = work()
    except (RuntimeError, OSError, ValueError, KeyError, subprocess.SubprocessError) as failure:
        return Verdict(tool, role, time.monotonic() - started, "", why_not=f"{type(failure).__name__}: {failure}")
    return Verdict(tool, role, time.monotonic() - started, measured, tuple(findings))


def _attacks(target: Target) -> Iterator[tuple[str, Callable[[], tuple[str, list[str]]]]]:
    yield "schemathesis", lambda: schemathesis(target)
    yield "sqlmap", lambda: sqlmap(target)
    for name in PASSES:
        yield name, lambda name=name: wapiti(target, name)  # type: ignore[misc]


def scan(wanted: list[str], roles: Collection[Role] = (Role.LEARNER, Role.MANAGER)) -> list[Verdict]:
    """Run the tools, all by default, and return what each gave; a site that broke is a finding of its own."""
    verdicts = []
    is_wanted = lambda name: not wanted or name.split(",")[0] in wanted  # noqa: E731
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for name, read in (("bandit", bandit), ("semgrep", semgrep)):
            if is_wanted(name):
                verdicts.append(_told(_timed(name, "code", read)))
        if not wanted or set(wanted) - {"bandit", "semgrep"}:
            with targets(folder, roles) as attacked:
                for target in attacked:
                    for name, attack in _attacks(target):
                        if is_wanted(name):
                            verdicts.append(_told(_timed(name, target.role.name.lower(), attack)))
                verdicts.append(_told(_survival(attacked)))
    return verdicts


def _survival(attacked: list[Target]) -> Verdict:
    """What the site says of its own days: no crash in its log, people still signed in, the database sound."""
    crashes = [
        line[:300] for line in attacked[0].site.log().splitlines() if '"event": "crash"' in line or "Traceback" in line
    ]
    lost = [
        f"{each.role.name.lower()} is no longer signed in"
        for each in attacked
        if each.held.client.get("/reglages").status_code != 200
    ]
    return Verdict("log of the site", "both", 0.0, "no crash, still signed in", tuple(crashes[:10] + lost))


def _told(verdict: Verdict) -> Verdict:
    state = verdict.why_not or (f"{len(verdict.findings)} findings" if verdict.findings else "nothing")
    print(f"{verdict.tool:16}{verdict.role:10}{verdict.seconds:6.0f} s  {verdict.measured:18}{state}", flush=True)
    print(*(f"    {finding}" for finding in verdict.findings[:30]), sep="\n", end="\n" * bool(verdict.findings))
    return verdict


def _record(verdicts: list[Verdict]) -> None:
    rows = [
        f"| {each.tool} | {each.role} | {each.seconds:.0f} s | {each.measured} | "
        f"{each.why_not or (f'{len(each.findings)} findings' if each.findings else 'nothing')} |"
        for each in verdicts
    ]
    title = f"### {datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    table = "\n".join([title, "", "| tool | as | time | seen | found |", "|---|---|---|---|---|", *rows])
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(page.replace(BEGIN, f"{BEGIN}\n\n{table}", 1), encoding="utf-8")


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tools", nargs="*", help="bandit, semgrep, schemathesis, sqlmap, wapiti")
    parser.add_argument("--record", action="store_true", help="add the table to docs/security-tools.md")
    parser.add_argument("--as", dest="role", choices=["learner", "manager"], help="attack as this person only")
    options = parser.parse_args()
    roles = [Role[options.role.upper()]] if options.role else [Role.LEARNER, Role.MANAGER]
    verdicts = scan(options.tools, roles)
    if options.record:
        _record(verdicts)
    if any(each.why_not for each in verdicts):
        return 2
    return 1 if any(each.findings for each in verdicts) else 0


if __name__ == "__main__":
    sys.exit(main())
