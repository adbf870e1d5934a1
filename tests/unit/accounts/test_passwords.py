"""Which passwords are refused, and how they are kept."""

import itertools
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pwdlib.hashers.argon2 import Argon2Hasher

from course_app.accounts import passwords
from course_app.accounts.passwords import MAXIMUM_LENGTH, MINIMUM_LENGTH, Weakness, weakness

GOOD = "trois-mouettes-sur-le-quai"


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("mouettes-42", Weakness.TOO_SHORT),
        ("mouettes-421", None),
        ("m" * 9 + "ouettes qui volent", None),
        ("x7!" * 42 + "zq", None),
        ("x7!" * 43, Weakness.TOO_LONG),
        ("  é😀ß\x00\t中文字符密码✓ ", None),
    ],
)
def test_s32_length_is_twelve_to_128_and_any_sign_counts(password, expected):
    """Length is counted in characters, ends included, with no rule on their kind (S32)."""
    assert weakness(password) is expected


@pytest.mark.parametrize(
    "password",
    [
        "motdepasse123", "MotDePasse2026!", "M0td3P@sse2024", "azertyuiop12", "azerty123456", "qwertyuiop!!", "123456789012",
        "aaaaaaaaaaaa", "abababababab", "bonjourbonjour", "soleil-soleil", "Soleil2026!!!", "jetaimejetaime", "marseille13013",
        "administrateur", "recouvrement1", "facture-impayee".replace("impayee", "2026"), "Entreprise2026", "relance-client",
        "password1234", "P@ssw0rd2026", "changezmoi2026", "abcdefghijkl", "poiuytrewq12", "  bonjour    ",
    ],
)  # fmt: skip
def test_s32_common_and_company_words_are_refused(password):
    """Words everybody tries are refused, decorated, doubled or spelt with digits (S32)."""
    assert weakness(password) is Weakness.COMMON


def test_s32_the_list_stands_for_more_than_3000_passwords():
    """Each listed word is refused with a year, with digits, doubled and behind capitals: thousands in all (S32)."""
    words = [word for word in passwords.common_words() if len(word) >= 4]
    tried = {
        form
        for word in words
        for form in (f"{word}2026{word}", f"{word.capitalize()}12345678", f"{word}-{word}-{word}", f"2026!{word}!2026")
        if MINIMUM_LENGTH <= len(form) <= MAXIMUM_LENGTH
    }
    assert len(tried) > 3000
    assert not [form for form in tried if weakness(form) is None]


@pytest.mark.parametrize(
    "password", ["samira-2026!!", "BocageBocage", "samiraBocage", "bocage2soleil", "Menuiserie1985"]
)
def test_s32_what_others_know_of_a_person_is_refused(password):
    """One's name, address and company are no password (S32)."""
    assert weakness(password, ("Samira", "samira@bocage.fr", "Menuiserie Bocage")) is Weakness.COMMON


@pytest.mark.parametrize("password", [GOOD, "le chat dort sous la table", "xK9 vélo qui dort", "7gT-pq2-Lx0z"])
def test_s32_ordinary_good_passwords_pass(password):
    """A short sentence or random signs are accepted."""
    assert weakness(password, ("Samira", "samira@bocage.fr", "")) is None


@given(st.text(max_size=200), st.lists(st.text(max_size=30), max_size=3))
@settings(deadline=None)
def test_the_policy_never_fails(password, about):
    """Whatever is typed, the answer is a reason or none."""
    assert weakness(password, about) in (None, *Weakness)


@pytest.mark.parametrize("last", ["A", "b", "é", " "])
def test_s32_nothing_is_cut(last):
    """The 128th character counts as much as the first (S32)."""
    kept = passwords.hashed("z" * (MAXIMUM_LENGTH - 1) + last)
    assert passwords.check("z" * (MAXIMUM_LENGTH - 1) + last, kept).right
    assert not passwords.check("z" * (MAXIMUM_LENGTH - 1) + "!", kept).right
    assert not passwords.check("z" * (MAXIMUM_LENGTH - 1), kept).right


def test_spaces_and_case_count_but_not_the_coding_of_an_accent():
    """A phone and a computer may code « é » differently; spaces and capitals stay significant."""
    kept = passwords.hashed(f" {GOOD} é")
    assert passwords.check(unicodedata.normalize("NFD", f" {GOOD} é"), kept).right
    assert not passwords.check(f"{GOOD} é", kept).right
    assert not passwords.check(f" {GOOD.upper()} é", kept).right


def test_s33_an_older_hash_is_upgraded_when_the_password_is_right():
    """A hash made with weaker settings is replaced at sign-in, and only then (S33)."""
    older = Argon2Hasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(GOOD)
    verdict = passwords.check(GOOD, older)
    assert verdict.right
    assert verdict.upgraded_hash
    assert passwords.check(GOOD, verdict.upgraded_hash) == passwords.Verdict(right=True)
    assert passwords.check("autre-chose-encore", older) == passwords.Verdict(right=False)


def test_s33_two_people_with_one_password_have_two_hashes():
    """Hashes are Argon2id, salted (S33)."""
    first, second = passwords.hashed(GOOD), passwords.hashed(GOOD)
    assert first != second
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_s32_an_endless_password_is_not_hashed():
    """More than the limit is simply wrong: no work is done on it."""
    assert not passwords.check("z" * 200_000, passwords.hashed(GOOD)).right


def test_an_account_without_password_opens_to_nobody():
    """No stored hash, no password that fits."""
    assert not any(passwords.check(candidate, None).right for candidate in ("", GOOD, "None"))


def test_the_word_list_is_clean():
    """The list holds plain lower-case words of three letters or more, each once."""
    lines = [
        line for line in passwords._WORDS_FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")
    ]
    assert all(line.isascii() and line.isalpha() and line.islower() and len(line) >= 3 for line in lines)
    assert not [word for word, found in itertools.groupby(sorted(lines)) if len(list(found)) > 1]
