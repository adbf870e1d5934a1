"""One's own words: read, confirmed, then said; nothing is written, nor judged, before the confirmation."""

import re
import uuid

import pytest

HELLO = "bonjour, c'est la compta de l'atelier Rivoire"


def _words(caller, said, turn=1, key=None, **fields):
    return caller.post(f"{caller.url}/dire", said=said, turn=turn, key=key or str(uuid.uuid4()), **fields)


def _meanings(answer):
    return re.findall(r'name="intent"[^>]*value="([^"]+)"', answer.get_data(as_text=True))


def test_a_guess_is_never_said_without_confirmation(caller, turns):
    """A typed sentence is shown with three meanings and stored only once one is confirmed (simulator.md §9, 22)."""
    caller.dial()
    read = _words(caller, HELLO)
    assert read.status_code == 200
    meanings = [value for value in _meanings(read) if value]
    assert len(meanings) == 3
    assert turns() == []
    key = str(uuid.uuid4())
    for _click in range(2):
        assert _words(caller, HELLO, key=key, intent=meanings[1]).status_code == 303
    (turn,) = turns()
    assert (turn.said, turn.intent.value, turn.how.value) == (HELLO, meanings[1], "tapee")
    assert HELLO.replace("'", "’") in caller.page() or HELLO in caller.page()


def test_a_red_line_is_told_before_it_is_said(caller, turns):
    """A threat typed is named, with its reason, and nothing is said yet."""
    caller.dial()
    text = _words(caller, "si vous ne payez pas ce soir je saisis vos comptes demain").get_data(as_text=True)
    assert "Ligne rouge" in text
    assert turns() == []


@pytest.mark.parametrize("said", ["", "   ", "x" * 501, "a\x00b"], ids=["empty", "blank", "long", "nul"])
def test_unsayable_sentences_are_refused_and_kept(caller, turns, said):
    """Empty, blank, too long or unstorable sentences read 422, stay in the box, and are not said."""
    caller.dial()
    answer = _words(caller, said)
    assert answer.status_code == 422
    if len(said) == 501:
        assert said in answer.get_data(as_text=True)
    assert turns() == []


def test_only_what_was_understood_can_be_confirmed(caller, turns):
    """A meaning that was not offered, or is none, is refused; dictation is remembered as such."""
    caller.dial()
    offered = [value for value in _meanings(_words(caller, HELLO)) if value]
    assert _words(caller, HELLO, intent="n-importe-quoi").status_code == 422
    outside = next(each for each in ("pression-illicite", "recapituler", "divulguer") if each not in offered)
    assert _words(caller, HELLO, intent=outside).status_code == 422
    assert turns() == []
    assert _words(caller, HELLO, intent=offered[0], how="dictee").status_code == 303
    assert turns()[0].how.value == "dictee"
    assert _words(caller, HELLO, intent=offered[0]).status_code == 409


def test_only_the_call_may_ask_for_the_microphone(caller):
    """The page of a call allows the microphone, and no other page does."""
    caller.dial()
    assert "microphone=(self)" in caller.client.get(caller.url).headers["Permissions-Policy"]
    assert "microphone=()" in caller.client.get("/appels").headers["Permissions-Policy"]
