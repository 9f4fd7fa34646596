"""Who is let in, and what every answer says of itself: all requests pass here before anything else looks at them."""

from __future__ import annotations

import ipaddress
import logging
import re
import secrets
from http import HTTPStatus

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.refusals import Refused
from flows.pool import failure_of
from models.settings import Settings

API = "/api/"
_OURS = ("127.0.0.1", "localhost", "[::1]")
_PORT = re.compile(r":\d*$")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_LOG = logging.getLogger(__name__)


def is_this_machine(host: str) -> bool:
    """Tell whether a server that listens at `host` can be reached from this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Door:
    """The API and the page behind the checks that every request must pass.

    Without a token, only requests that call this machine by its own names are let in: else any web site could have its name lead here and
    read the answers. With a token, the API asks for it.
    """

    def __init__(self, api: ASGIApp, page: ASGIApp, settings: Settings) -> None:
        self._api, self._page = api, page
        self._token = settings.token.get_secret_value().encode() if settings.token else None
        self._rate = RateLimitItemPerMinute(settings.limits.requests)
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer it here; whatever fails further in ends here, too."""
        if scope["type"] != "http":
            await self._api(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(raw=message["headers"]).update(_HEADERS)
            await send(message)

        try:
            self._admit(scope)
            await (self._api if scope["path"].startswith(API) else self._page)(scope, receive, sending)
        except Refused as refused:
            await refused.answer()(scope, receive, sending)
        except ClientDisconnect:
            return  # nobody is left to answer
        except Exception as error:  # noqa: BLE001 - the API has answered; what is raised may quote a letter, and goes no further
            _LOG.error("A request failed: %s", failure_of(error).detail)

    def _admit(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        if self._token is None and _PORT.sub("", headers.get("host", "")).lower() not in _OURS:
            raise Refused(HTTPStatus.BAD_REQUEST, "This server is called by another name. Use the address that it printed.")
        if not scope["path"].startswith(API):
            return
        if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
            raise Refused(HTTPStatus.FORBIDDEN, "Another web site sent this request. Open this server's own page.")
        client = scope["client"][0] if scope.get("client") else ""
        if not self._limiter.hit(self._rate, client):
            message = f"These are more than {self._rate.amount} requests a minute. Wait a minute, or raise limits.requests."
            raise Refused(HTTPStatus.TOO_MANY_REQUESTS, message, headers={"Retry-After": "60"})
        if self._token is not None and not _has(headers.get("authorization", ""), self._token):
            message = "This server asks for a token. Send it in the header Authorization: Bearer …"
            raise Refused(HTTPStatus.UNAUTHORIZED, message, headers={"WWW-Authenticate": "Bearer"})


def _has(authorization: str, token: bytes) -> bool:
    scheme, _, given = authorization.partition(" ")
    return scheme.lower() == "bearer" and secrets.compare_digest(given.strip().encode("latin-1"), token)
