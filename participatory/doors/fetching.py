"""Talking to the services of establishments: known hosts only, short waits, small answers, no redirection."""

import io
import time
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies

from participatory.core.errors import Refusal
from participatory.doors.origins import origin_of

# Seconds: to be answered at all, between two pieces of an answer, for the whole of it.
CONNECT_WAIT = 5
READ_WAIT = 10
WHOLE_WAIT = 20
LARGEST_ANSWER = 512 * 1024
_PIECE = 16 * 1024


class NotAllowed(requests.RequestException):
    """A request that would leave the allowed hosts, or an answer beyond what an honest service sends."""


class Guard(HTTPAdapter):
    """The only way out for a door: it refuses other origins, redirections, large, slow and compressed answers.

    A compressed answer may be a thousand times larger than what was received, so none is asked for.
    """

    def __init__(self, origins: Iterable[str]):
        super().__init__()
        self.origins = frozenset(origins)

    def send(self, request: requests.PreparedRequest, *_arguments: Any, **_options: Any) -> requests.Response:
        """Send the request as the guard sees fit; raises requests.RequestException."""
        address = request.url or ""
        if _origin(address) not in self.origins:
            raise NotAllowed("a host outside the allowed ones", request=request)
        request.headers["Accept-Encoding"] = "identity"
        deadline = time.monotonic() + WHOLE_WAIT
        proxies = get_environ_proxies(address)
        response = super().send(request, stream=True, timeout=(CONNECT_WAIT, READ_WAIT), verify=True, proxies=proxies)
        try:
            if 300 <= response.status_code < 400:
                raise NotAllowed("a redirection", request=request)
            if response.headers.get("Content-Encoding", "identity") != "identity":
                raise NotAllowed("a compressed answer", request=request)
            whole = _whole(response, deadline)
        finally:
            response.close()
        response.raw = io.BytesIO(whole)
        return response


def _whole(response: requests.Response, deadline: float) -> bytes:
    kept = bytearray()
    try:
        while piece := response.raw.read(_PIECE, decode_content=False):
            kept += piece
            if len(kept) > LARGEST_ANSWER:
                raise NotAllowed("an answer that is too large")
            if time.monotonic() > deadline:
                raise NotAllowed("an answer that takes too long")
    except (OSError, ValueError) as error:
        if isinstance(error, requests.RequestException):
            raise
        raise requests.ConnectionError(error) from error
    return bytes(kept)


def _origin(address: str) -> str:
    try:
        return origin_of(address)
    except ValueError:
        return ""


def guarded(session: requests.Session, origins: Iterable[str]) -> requests.Session:
    """The same session, which can now only talk to these origins; .netrc and the like are not read."""
    session.trust_env = False
    session.headers["User-Agent"] = "participatory"
    guard = Guard(origins)
    for scheme in ("https://", "http://"):
        session.mount(scheme, guard)
    return session


class Shelf:
    """Documents fetched from services, kept for a while in this process; safe between threads.

    `clock` gives seconds that only go forward.
    """

    KEPT = 600
    # A service that does not answer is not asked again at once: every visitor would wait for it in turn.
    FAILED_FOR = 10
    # A service whose answers keep naming unknown keys makes us ask again no more often than this.
    RENEWED_EVERY = 30

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._lock = Lock()
        self._kept: dict[str, tuple[Any, float]] = {}
        self._renewed: dict[str, float] = {}
        self._failed: dict[str, tuple[Refusal, float]] = {}

    def get(self, name: str, fetch: Callable[[], Any]) -> Any:
        """The document of this name, fetched when it is unknown or older than KEPT seconds.

        Raises the Refusal of `fetch`, also when it was met less than FAILED_FOR seconds ago.
        """
        with self._lock:
            value, since = self._kept.get(name, (None, None))
            failure, met = self._failed.get(name, (None, None))
        if since is not None and self._clock() - since < self.KEPT:
            return value
        if failure is not None and met is not None and self._clock() - met < self.FAILED_FOR:
            raise failure.with_traceback(None)
        try:
            return self._put(name, fetch())
        except Refusal as refusal:
            with self._lock:
                self._failed[name] = (refusal, self._clock())
            raise

    def renew(self, name: str, fetch: Callable[[], Any]) -> Any:
        """The document fetched again; None when it was renewed less than RENEWED_EVERY seconds ago."""
        with self._lock:
            last = self._renewed.get(name)
            if last is not None and self._clock() - last < self.RENEWED_EVERY:
                return None
            self._renewed[name] = self._clock()
        return self._put(name, fetch())

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self._renewed.clear()
            self._failed.clear()

    def _put(self, name: str, value: Any) -> Any:
        with self._lock:
            self._kept[name] = (value, self._clock())
        return value
