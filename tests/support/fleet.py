"""Several servers of one installation: one PostgreSQL, one key, a folder and a port each, nginx in front."""

import urllib.request
from pathlib import Path

from benchmarks.learners import Learner, make_learners
from course_app.config import load_settings
from course_app.factory import create_app
from tests.support.databases import build_schema
from tests.support.front import Front
from tests.support.site import Site

KEY = "la-meme-cle-sur-tous-les-serveurs-0123456789"


class Fleet:
    """Running servers that share a database and nothing else; `learners` are signed in on all of them."""

    def __init__(self, folder: Path, database_url: str, servers: int) -> None:
        settings = {"DATABASE_URL": database_url, "SECRET_KEY": KEY, "PROXY_HOPS": "1", "ENVIRONMENT": "development"}
        self.sites = [Site(folder / f"serveur-{number}", **settings) for number in range(servers)]
        self.app = create_app(load_settings(self.sites[0].environment))
        build_schema(self.app)
        for site in self.sites:
            site.start()
        self.front = Front(folder / "nginx", self.sites)

    def learners(self, count: int, answers: int) -> list[Learner]:
        """Make learners with so many answers each to give."""
        return make_learners(self.app, count, answers)

    def answered(self) -> list[int]:
        """Return how many requests each server that lives has answered."""
        counts = []
        for site in self.sites:
            if site.process is not None:
                with urllib.request.urlopen(f"{site.url}/metrics", timeout=5) as told:  # noqa: S310  # our own address
                    lines = told.read().decode().splitlines()
                counts += [int(line.split()[1]) for line in lines if line.startswith("reglo_answers_total ")]
        return counts

    def stop(self) -> None:
        """End nginx, then the servers."""
        self.front.stop()
        for site in self.sites:
            site.stop()
