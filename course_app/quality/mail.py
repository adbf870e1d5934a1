"""Two notices: a request waits for administrators, an answer waits for its asker. Neither says what is in it."""

from course_app.accounts.mail import notice

ANSWERED = notice("demande-repondue", "Une réponse à votre demande", "request_answered", "quality.requests")
ASKED = notice("demande-recue", "Une demande attend votre réponse", "request_asked", "quality.register")
KINDS = (ANSWERED, ASKED)
