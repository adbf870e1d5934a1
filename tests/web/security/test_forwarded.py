"""S73: what a proxy says of the visitor is believed when the settings count that proxy, and never otherwise."""

from flask import jsonify, request

FORGED = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}


def _told(application, headers):
    application.add_url_rule("/vu", view_func=lambda: jsonify(address=request.remote_addr, secure=request.is_secure))
    return application.test_client().get("/vu", headers=headers).json


def test_s73_forwarded_headers_are_ignored_without_proxy(make_app):
    """Without proxy in the settings, nobody chooses the address under which they are counted (S73)."""
    assert _told(make_app(), FORGED) == {"address": "127.0.0.1", "secure": False}


def test_s73_one_proxy_is_believed_for_one_hop(make_app):
    """With one proxy, its own word is believed; what the visitor wrote before it is not (S73)."""
    headers = {**FORGED, "X-Forwarded-For": "198.51.100.1, 203.0.113.9"}
    assert _told(make_app(proxy_hops=1), headers) == {"address": "203.0.113.9", "secure": True}
