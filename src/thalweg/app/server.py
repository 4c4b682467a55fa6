"""A server for one reader on this machine: the explorer of one landscape, behind a token."""

import hmac
import json
import secrets
import sys
import threading
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from .page import explorer_script, live_page
from .source import Compared, Source, parquet_of

_ADDRESS = "127.0.0.1"
_MOST_POINTS = 100_000


class _Answer(NamedTuple):
    body: bytes
    kind: str
    headers: Mapping[str, str] = MappingProxyType({})
    status: HTTPStatus = HTTPStatus.OK


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A reader who goes away in the middle of an answer is no fault that a terminal should show."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Refused(Exception):
    def __init__(self, status: HTTPStatus, text: str) -> None:
        super().__init__(text)
        self.status = status


class ExplorerServer:
    """Serves the explorer on the loopback address until it is closed; use it in a `with` statement.

    Only GET is answered, only with the token, and only what a page of this server's own asks: requests with
    another Host or Origin are refused, so that no page elsewhere can read a landscape by way of the browser.

    Attributes:
        url: where the explorer is, token included.
    """

    def __init__(self, source: Source, port: int = 0) -> None:
        """Begin to serve.

        Args:
            source: what is shown.
            port: 0 for any that is free.

        Raises:
            OSError: if the port is taken.
        """
        self._token = secrets.token_urlsafe(24)
        self._server = _Server((_ADDRESS, port), _handler(source, self._token))
        self.url = f"http://{_ADDRESS}:{self._server.server_port}/?token={self._token}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Until the server ends, or the process is interrupted."""
        while self._thread.is_alive():
            # A wait without end would not let a signal through on every system.
            self._thread.join(0.5)

    def close(self) -> None:
        """End."""
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> "ExplorerServer":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _handler(source: Source, token: str) -> type[BaseHTTPRequestHandler]:
    routes: dict[str, Callable[[dict[str, str], str | None], _Answer]] = {
        "/": lambda query, tag: _Answer(
            live_page(source.title, token, is_comparison=isinstance(source, Compared)).encode(),
            "text/html",
        ),
        "/explorer.js": lambda query, tag: _Answer(explorer_script().encode(), "text/javascript"),
        "/comparison": lambda query, tag: _comparison(source),
        "/data": lambda query, tag: _data(_part(source, query), _opened(query), tag),
        "/detail": lambda query, tag: _detail(_part(source, query), query),
        "/parquet": lambda query, tag: _parquet(_part(source, query), query),
    }

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version, sys_version = "thalweg", ""

        def do_GET(self) -> None:
            try:
                answer = self._answer()
            except _Refused as refusal:
                answer = _said(str(refusal), refusal.status)
            except (IndexError, ValueError) as error:
                answer = _said(str(error), HTTPStatus.BAD_REQUEST)
            except Exception as error:
                # A file that is gone, a server that is, a model of the user's own: the reader is told.
                answer = _said(str(error), HTTPStatus.INTERNAL_SERVER_ERROR)
            self._send(answer)

        def _answer(self) -> _Answer:
            own = {f"{name}:{self.server.server_port}" for name in (_ADDRESS, "localhost")}  # type: ignore[attr-defined]
            if self.headers.get("Host") not in own:
                raise _Refused(HTTPStatus.FORBIDDEN, "this server answers to its own address only.")
            origin = self.headers.get("Origin")
            if origin is not None and origin not in {f"http://{host}" for host in own}:
                raise _Refused(HTTPStatus.FORBIDDEN, "this server answers its own pages only.")
            if self.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
                raise _Refused(HTTPStatus.FORBIDDEN, "this server answers its own pages only.")
            address = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(address.query).items()}
            if not hmac.compare_digest(query.get("token", "").encode(), token.encode()):
                text = (
                    "the token is missing or wrong: open the address that `thalweg view` printed."
                )
                raise _Refused(HTTPStatus.FORBIDDEN, text)
            if address.path not in routes:
                raise _Refused(HTTPStatus.NOT_FOUND, "there is nothing here.")
            return routes[address.path](query, self.headers.get("If-None-Match"))

        def _send(self, answer: _Answer) -> None:
            self.send_response(answer.status)
            headers = {
                "Content-Type": f"{answer.kind}; charset=utf-8",
                "Content-Length": str(len(answer.body)),
                "Cache-Control": "no-store",
                "Referrer-Policy": "no-referrer",
                "X-Content-Type-Options": "nosniff",
                "Cross-Origin-Resource-Policy": "same-origin",
                "Cross-Origin-Opener-Policy": "same-origin",
                "X-Frame-Options": "DENY",
                **answer.headers,
            }
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: Any) -> None:
            # The address has the token in it: nothing is logged.
            pass

    return Handler


def _said(text: str, status: HTTPStatus) -> _Answer:
    return _Answer(text.encode(), "text/plain", status=status)


def _part(source: Source, query: dict[str, str]) -> Source:
    """What is asked about: one of several landscapes, or the only one."""
    number = query.get("landscape")
    if number is None:
        return source
    if not isinstance(source, Compared):
        raise IndexError("there is one landscape, which has no number.")
    return source.part(int(number))


def _comparison(source: Source) -> _Answer:
    if not isinstance(source, Compared):
        raise _Refused(HTTPStatus.NOT_FOUND, "nothing is compared here.")
    return _Answer(json.dumps(source.notes, allow_nan=False).encode(), "application/json")


def _opened(query: dict[str, str]) -> tuple[tuple[int, ...], ...]:
    """What is opened of a large landscape: 3-19,25;7 is some minima, and after them another."""
    return tuple(tuple(_ranges(text)) for text in query.get("open", "").split(";") if text)


def _data(source: Source, opened: tuple[tuple[int, ...], ...], tag: str | None) -> _Answer:
    now = f'"{source.state()}{"" if not opened else f"-{hash(opened) & 0xFFFFFFFFFFFF:x}"}"'
    if tag == now:
        return _Answer(b"", "text/plain", {"ETag": now}, HTTPStatus.NOT_MODIFIED)
    return _Answer(source.data(opened), "application/octet-stream", {"ETag": now})


def _detail(source: Source, query: dict[str, str]) -> _Answer:
    numbers = [int(n) for n in query.get("numbers", "").split(",")]
    text = json.dumps(source.details(query.get("of", ""), numbers), allow_nan=False)
    return _Answer(text.encode(), "application/json")


def _parquet(source: Source, query: dict[str, str]) -> _Answer:
    minima = _ranges(query.get("minima", ""))
    at = query.get("temperature")
    headers = {"Content-Disposition": 'attachment; filename="minima.parquet"'}
    return _Answer(
        parquet_of(source.data(_opened(query)), minima, float(at) if at else None),
        "application/octet-stream",
        headers,
    )


def _ranges(text: str) -> list[int]:
    """The numbers in a text such as 3-19,25."""
    minima: list[int] = []
    for piece in text.split(","):
        first, _, last = piece.partition("-")
        start, stop = int(first), int(last or first) + 1
        if stop - start + len(minima) > _MOST_POINTS:
            raise ValueError(f"these are more than {_MOST_POINTS} minima.")
        minima.extend(range(start, stop))
    return minima
