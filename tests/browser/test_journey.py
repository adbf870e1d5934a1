"""The whole way of a newcomer, with a power cut in the middle."""

from tests.support import walks

DESK_STATE = "h1, .time-left, #decisions + ol"


def _desk(page):
    """Return what the desk says of where the learner is: the day, the time left, the decisions taken."""
    return page.locator(DESK_STATE).all_inner_texts()


def test_a_newcomer_goes_all_the_way_and_a_power_cut_takes_nothing(own_site, newcomer):
    """Visitor, trial call, account, lesson, quiz, exercise; kill -9 in mid-exercise; same day again, then debrief."""
    page = newcomer(own_site).open("/")
    walks.follow(page, walks.link(page, "Essayer un appel, sans inscription"))
    walks.start_trial(page)
    walks.finish_quiz(page)
    walks.follow(page, walks.link(page, "Créer mon compte"))
    walks.sign_up(page, "nadia@exemple.fr")
    walks.read_lesson(page, "/lecons/oubli-et-facture-perdue")
    walks.start_quiz(page, "/quiz/facture-perdue")
    walks.finish_quiz(page)
    walks.open_desk(page)
    walks.decide(page)
    walks.close_session(page)
    walks.decide(page)
    before = _desk(page)
    own_site.kill()
    own_site.start()
    walks.go_to(page, "/parcours")
    assert page.get_by_text("2 étapes faites").is_visible()
    walks.follow(page, walks.link(page, "Reprendre"))
    assert _desk(page) == before
    assert len(before) == 3
    walks.finish_exercise(page)
    assert page.get_by_text("Les moments qui comptent").first.is_visible()
    walks.go_to(page, "/parcours")
    assert page.get_by_text("3 étapes faites").is_visible()


def test_a_second_device_resumes_at_the_same_place(own_site, newcomer):
    """What was begun on the phone goes on from the computer, at the same question."""
    phone = newcomer(own_site).open("/inscription")
    walks.sign_up(phone, "nadia@exemple.fr")
    walks.start_quiz(phone, "/quiz/facture-perdue")
    walks.answer(phone)
    computer = newcomer(own_site).open("/connexion")
    computer.get_by_label("Adresse e-mail").fill("nadia@exemple.fr")
    computer.get_by_label("Mot de passe").fill(walks.PASSWORD)
    walks.follow(computer, walks.button(computer, "Me connecter"))
    walks.follow(computer, walks.link(computer, "Reprendre"))
    assert computer.url.rsplit("/", 1)[-1] == "2"
