"""Entry point of WSGI servers: `course_app.wsgi:app`."""

from course_app.factory import create_app

app = create_app()
