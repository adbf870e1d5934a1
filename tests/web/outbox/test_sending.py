"""The outbox against a real mail server: up, away, refusing, slow, killed half-way."""

import multiprocessing
import os
import signal
import threading
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from course_app.accounts import service as accounts
from course_app.accounts.mail import PASSWORD_CHANGED
from course_app.outbox import delivery, service
from course_app.outbox.rules import LEASE, LIFE, RETRY_AFTER, MailState
from course_app.web.clock import now
from tests.support.mail_servers import wait_until

AWAY = "smtp://127.0.0.1:9"  # the discard port: nothing listens there


def test_a_mail_arrives_whole_and_its_row_forgets_what_it_said(server, sender, write, send, rows):
    """Text and HTML in French, one recipient; afterwards the row knows that it left, not what it said."""
    person = write()
    assert send(sender) == 1
    (mail,) = server.received
    assert server.recipients == [[person.email]]
    assert mail["Subject"] == "Votre mot de passe a changé"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    (row,) = rows()
    assert (row.state, row.values, row.address, row.tries) == (MailState.SENT, {}, None, 0)
    assert mail["Message-ID"].startswith(f"<{row.mark}@")
    assert send(sender) == 0


def test_r18_a_server_away_for_a_day_loses_nothing(clock, app, server, write, send, rows, carry):
    """Down for 24 hours, then up: the mail arrives, once, tried ten times at most meanwhile (R18)."""
    write()
    carry(AWAY)
    tries = 0
    for _quarter in range(24 * 4):
        tries += send(app)
        clock.shift(timedelta(minutes=15))
    assert 5 < tries <= len(RETRY_AFTER)
    carry(server.url)
    for _hour in range(3):
        clock.shift(timedelta(hours=1))
        send(app)
    assert len(server.received) == 1
    assert [row.state for row in rows()] == [MailState.SENT]


def test_r18_after_a_day_and_an_hour_it_is_given_up(clock, app, write, send, rows, carry):
    """A mail that no server takes ends as refused, and says so without address (R18)."""
    person = write()
    carry(AWAY)
    with capture_logs() as lines:
        for _hour in range(40):
            send(app)
            clock.shift(timedelta(hours=1))
    (row,) = rows()
    assert row.state in {MailState.REFUSED, MailState.EXPIRED}
    assert row.problem == "ConnectionRefusedError"
    assert person.email not in str(lines)


@pytest.mark.parametrize(
    ("answer", "state", "tries"), [("550 unknown user", MailState.REFUSED, 0), ("451 later", MailState.WAITING, 1)]
)
def test_a_refusal_for_good_is_not_repeated_and_another_is(server, sender, write, send, rows, answer, state, tries):
    """From 500 on the mail is ended; below, it waits for its next try (RFC 5321)."""
    write()
    server.answers = [answer]
    send(sender)
    (row,) = rows()
    assert (row.state, row.tries) == (state, tries)
    assert row.problem == f"SMTP {answer[:3]}"


def test_r18_an_answer_that_never_comes_makes_one_duplicate_at_most(
    clock, server, sender, write, send, rows, monkeypatch
):
    """A server that takes mails and never says so gets the same one twice, under one Message-ID, then no more (R18)."""
    write()
    monkeypatch.setitem(sender.config, "MAIL_TIMEOUT", 0.2)
    sender.extensions["mailman"].timeout = 0.2
    release = threading.Event()
    server.before_answer = lambda: release.wait(0.5)
    for _turn in range(4):
        send(sender)
        clock.shift(timedelta(hours=1))
    release.set()
    assert len(server.received) == 2
    assert len({mail["Message-ID"] for mail in server.received}) == 1
    assert [row.state for row in rows()] == [MailState.UNCERTAIN]


def test_r18_killed_while_sending_it_leaves_once_more_at_most(clock, server, sender, write, send, rows):
    """A sender killed on the spot while the server holds the mail: another sends it again, once (R18)."""
    write()

    def die():
        server.before_answer = lambda: None
        os.kill(child.pid, signal.SIGKILL)
        child.join()

    server.before_answer = die
    child = multiprocessing.get_context("fork").Process(target=_send_alone, args=(sender,))
    child.start()
    assert wait_until(lambda: server.received)
    child.join(5)
    assert [row.state for row in rows()] == [MailState.IN_HAND]
    assert send(sender) == 0, "it may still be in hand"
    clock.shift(LEASE + timedelta(seconds=1))
    assert send(sender) == 1
    assert len(server.received) == 2
    assert len({mail["Message-ID"] for mail in server.received}) == 1
    assert [row.state for row in rows()] == [MailState.SENT]


def _send_alone(application):
    with application.app_context():
        delivery.db.engine.dispose(close=False)  # a connection must not cross a fork
        delivery.send_due()


def test_r20_two_senders_send_each_mail_once(server, sender, write, rows, session):
    """Twenty mails, four senders at once: twenty arrive, each once (R20)."""
    people = [write() for _number in range(20)]
    session.commit()
    threads = [threading.Thread(target=_work, args=(sender,)) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(server.recipients) == sorted([person.email] for person in people)
    assert {row.state for row in rows()} == {MailState.SENT}


def _work(application):
    with application.app_context():
        delivery.send_due()


def test_r20_an_occasion_makes_one_mail(write, rows, make_person):
    """The same kind and key asked twice is one mail; another key is another (R20)."""
    person = make_person()
    write("jour-1", person)
    write("jour-1", person)
    write("jour-2", person)
    assert [row.key for row in rows()] == ["jour-1", "jour-2"]


def test_s80_a_person_who_left_meanwhile_gets_nothing(server, sender, write, send, rows, session):
    """Written before, checked again just before sending: a person deactivated since is not written to (S80, S09)."""
    person = write()
    accounts.deactivate(session, person.actor.organisation_id, person.actor.user_id, now())
    send(sender)
    assert not server.received
    assert [row.state for row in rows()] == [MailState.DROPPED]


def test_r14_a_restored_database_does_not_send_its_old_mails(clock, server, sender, write, send, rows, session):
    """Mails waiting in the database of a backup are forgotten, by the restore or by their age (R14)."""
    write()
    assert service.forget_pending(session, now()) == 1
    write()
    clock.shift(LIFE + timedelta(minutes=1))
    send(sender)
    assert not server.received
    assert [row.state for row in rows()] == [MailState.EXPIRED] * 2


@pytest.mark.parametrize("shift", [timedelta(days=400), timedelta(days=-400), timedelta(hours=-2)])
def test_r13_a_clock_that_jumps_makes_no_burst_and_blocks_nothing(clock, server, sender, write, send, rows, shift):
    """Written by a clock that was wrong, a mail leaves at once or never, but never hangs (R13)."""
    write()
    clock.shift(shift)
    send(sender)
    assert all(row.state in {MailState.SENT, MailState.EXPIRED} for row in rows())
    write()
    send(sender)
    assert rows()[-1].state is MailState.SENT


def test_s59_a_line_break_in_a_subject_sends_nothing(sender, server, write, send, rows, monkeypatch):
    """A subject that would add a header is refused for good: no mail, no second recipient (S59)."""
    kind = delivery.MailKind("essai", "Essai", lambda *_: delivery.Letter(
        "s@exemple.fr", "Objet\r\nBcc: x@exemple.fr", "accounts/mail/reset", {"first_name": "", "link": "x"}
    ))  # fmt: skip
    with sender.app_context():
        delivery.outbox().kinds["essai"] = kind
    write(kind="essai")
    send(sender)
    assert not server.received
    assert [row.state for row in rows()] == [MailState.REFUSED]


def test_s64_logs_hold_no_address_and_no_link(server, sender, write, send):
    """What is logged of a mail: its kind and who it was for, as a number (S64)."""
    person = write()
    with capture_logs() as lines:
        send(sender)
    assert any(line["event"] == "mail sent" for line in lines)
    assert person.email not in str(lines)
    assert "http" not in str(lines)
    assert PASSWORD_CHANGED.name in str(lines)
