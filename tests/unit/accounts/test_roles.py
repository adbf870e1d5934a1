"""The permission table, and the words roles are stored under."""

import uuid

import pytest

from course_app.accounts.rules import FOUNDER_ROLE, PERMISSIONS, Actor, Permission, Role


def _actor(role, *, is_guest=False):
    here = uuid.uuid4()
    return Actor(here, here, role, "Samira", is_guest, "systeme", "Europe/Paris", here)


def test_every_role_has_its_permissions():
    """No role is forgotten by the table, and every role may learn."""
    assert set(PERMISSIONS) == set(Role)
    assert all(_actor(role).may(Permission.LEARN) for role in Role)


@pytest.mark.parametrize("permission", [Permission.SEE_TEAM, Permission.ADMINISTER])
def test_s08_an_author_sees_no_learner_and_gives_no_role(permission):
    """Writing content opens neither learners' data nor administration (S08)."""
    assert not _actor(Role.AUTHOR).may(permission)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_administrators_administer(role):
    """Administration is nobody else's."""
    assert not _actor(role).may(Permission.ADMINISTER)


@pytest.mark.parametrize("role", list(Role))
def test_a_guest_only_learns_whatever_the_role_says(role):
    """A visitor on trial practises and does nothing else."""
    guest = _actor(role, is_guest=True)
    assert [permission for permission in Permission if guest.may(permission)] == [Permission.LEARN]


def test_signing_up_alone_gives_the_least():
    """Whoever opens an account gets no view on anybody else."""
    assert PERMISSIONS[FOUNDER_ROLE] == min(PERMISSIONS.values(), key=len)
