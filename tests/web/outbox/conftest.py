"""A mail server of our own, an application that sends by it, and mails to send."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from course_app.accounts.mail import PASSWORD_CHANGED
from course_app.outbox import delivery, service
from course_app.outbox.models import OutgoingMail
from course_app.outbox.rules import Recipient
from course_app.web.clock import now
from tests.support.mail_servers import MailServer


@pytest.fixture
def server():
    """A mail server that takes everything, until told otherwise."""
    running = MailServer()
    running.start()
    yield running
    running.stop()


@pytest.fixture
def carry(app, settings):
    """`carry(url)`: have the application's mails go by that MAIL_URL, until the test ends."""

    def by(url):
        app.config.update(delivery.mail_config(replace(settings, mail_url=url)))
        delivery.Mailman(app)

    yield by
    by(settings.mail_url)


@pytest.fixture
def sender(app, server, carry):
    """The application, its mails going to `server`."""
    carry(server.url)
    return app


@pytest.fixture
def write(session, make_person):
    """`write(key=…, person=…)`: write one mail, commit, and return the person it is for."""

    def written(key=None, person=None, kind=PASSWORD_CHANGED.name):
        person = person or make_person()
        to = Recipient(person.actor.organisation_id, person.actor.user_id)
        service.write(session, kind, to, {}, now(), key)
        session.commit()
        return person

    return written


@pytest.fixture
def send(session):
    """`send(application)`: send what is due, as one round of the runner."""

    def sent(application):
        session.commit()
        with application.app_context():
            return delivery.send_due()

    return sent


@pytest.fixture
def rows(session):
    """`rows()`: the mails as the database has them now."""

    def read():
        session.commit()
        session.expire_all()
        found = session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)).all()
        session.commit()
        return found

    return read
