"""Security headers on every answer: a strict policy without inline script, nothing from third parties."""

from flask import Flask, Response, request
from flask_talisman import Talisman

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    # The proof of work counts in workers, whose script is a file of ours.
    "worker-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def protect(app: Flask, https: bool) -> None:
    """Send the headers; over https also refuse plain http and keep cookies to it."""
    Talisman(
        app,
        force_https=https,
        session_cookie_secure=https,
        session_cookie_samesite="Lax",
        content_security_policy=POLICY,
        permissions_policy={"geolocation": "()", "camera": "()", "microphone": "()"},
        referrer_policy="same-origin",
    )
    app.after_request(_never_share_personal_pages)


def _never_share_personal_pages(response: Response) -> Response:
    response.vary.add("HX-Request")
    if request.endpoint != "static" and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-cache"
    return response
