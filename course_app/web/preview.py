"""Live preview for authors, in development only: open pages reload themselves when the content changes."""

from flask import Blueprint, Flask, Response, jsonify

from course_app.config import Environment, Settings
from course_app.web.library import publication

blueprint = Blueprint("preview", __name__)


def init_preview(app: Flask, settings: Settings) -> None:
    """Serve the version that pages compare with their own; on a real site neither it nor its script exists."""
    app.jinja_env.globals["is_previewing"] = settings.environment is Environment.DEVELOPMENT
    if settings.environment is Environment.DEVELOPMENT:
        app.register_blueprint(blueprint)


@blueprint.get("/apercu/version")
def version() -> Response:
    """Tell the version served and what is wrong with the files, after a look at them."""
    publication().catalog()
    state = publication().state
    return jsonify(version=state.served_hash, findings=[str(finding) for finding in state.findings[:20]])
