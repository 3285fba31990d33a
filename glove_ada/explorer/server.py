"""The server of the page: on this machine alone, for who has the token, and for its own page."""

from __future__ import annotations

import errno
import hmac
import json
import secrets
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from glove_ada.errors import GloveError, OptionError
from glove_ada.explorer.answers import Answers
from glove_ada.explorer.page_files import page_file

ADDRESS = "127.0.0.1"
PORTS_TRIED = 20
LARGEST_QUESTION = 1 << 16
TICKET = "open"

HEADERS = {
    # Styles are set by plotly, too. Nothing is ever loaded from elsewhere.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class ExplorerServer(ThreadingHTTPServer):
    """Serves one page and its answers.

    Parameters
    ----------
    answers : Answers
    port : int
        The first to try; those after it follow if it is taken. 0: any that is free.

    Attributes
    ----------
    url : str
        What to open, the token in it.
    ticket_url : str
        What opens the page once. It may be seen by others: a browser's command line is.
    port : int

    Raises
    ------
    OptionError
        If no port can be had.
    """

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = sys.platform != "win32"  # where it would share a port with another

    def __init__(self, answers: Answers, port: int) -> None:
        self.answers = answers
        self.token, self._ticket = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
        last = min(port + PORTS_TRIED, 1 << 16) if port else 1
        for attempt in range(port, last):
            try:
                super().__init__((ADDRESS, attempt), _Handler)
                break
            except OSError as error:
                if error.errno == errno.EACCES:
                    raise OptionError(
                        f"port {attempt} is not for ordinary users: give --port 1024 or higher"
                    ) from error
                if error.errno != errno.EADDRINUSE:
                    raise
        else:
            raise OptionError(f"ports {port} to {last - 1} are taken: give another --port")
        self.port = int(self.server_address[1])
        origin = f"http://{ADDRESS}:{self.port}"
        self.url, self.ticket_url = f"{origin}/{self.token}/", f"{origin}/{TICKET}/{self._ticket}"
        self.hosts = {f"{ADDRESS}:{self.port}", f"localhost:{self.port}"}

    def take_ticket(self, ticket: str) -> bool:
        """Return whether this is the ticket; it is good once."""
        good = hmac.compare_digest(ticket.encode(), self._ticket.encode())
        if good:
            self._ticket = secrets.token_urlsafe(16)
        return good

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that went away; of anything else, one line."""
        error = sys.exc_info()[1]
        if not isinstance(error, ConnectionError | TimeoutError):
            print(f"warning: a request failed: {error!r}", file=sys.stderr, flush=True)


class _Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    server: ExplorerServer
    protocol_version = "HTTP/1.1"  # one connection for many questions
    server_version, sys_version = "glove_ada", ""
    timeout = 60
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self) -> None:
        """Hand out the page and its files, which are named beforehand and no paths."""
        name = self._allowed()
        if name is None:
            return
        file = page_file(name)
        if file is None:
            self._refuse(404, "there is no such page")
        else:
            self._send(200, file.kind, file.content)

    do_HEAD = do_GET  # noqa: N815

    def do_POST(self) -> None:
        """Answer a question."""
        name = self._allowed()
        if name is None:
            return
        try:
            length = int(self.headers.get("Content-Length", ""))
        except ValueError:
            length = -1
        if not 0 <= length <= LARGEST_QUESTION:
            self._refuse(413, "a question has a length, of 64 KiB at most")
            return
        body = self.rfile.read(length)
        if self.headers.get_content_type() != "application/json":
            self._refuse(415, "a question is JSON")
            return
        try:
            question = json.loads(body)
        except (ValueError, RecursionError):
            self._refuse(400, "the question is no JSON")
            return
        try:
            if not isinstance(question, dict):
                raise OptionError("a question is a JSON object")
            answer = self.server.answers.answer(name.removeprefix("api/"), question)
        except GloveError as error:
            self._refuse(400, str(error))
        else:
            self._send_json(200, answer)
            del answer, body, question  # which took megabytes; the browser has its answer
            self.server.answers.release()

    def _allowed(self) -> str | None:
        """Return what is asked for behind the token, or refuse.

        The host is checked since another site's name may be made to lead here, the origin since
        other sites' pages may send questions here, and the token since other users of the machine
        may.
        """
        token, _, name = self.path.partition("?")[0].removeprefix("/").partition("/")
        if self.headers.get("Host", "").lower() not in self.server.hosts:
            self._refuse(403, "this page is for this machine alone")
        elif not self._own_origin():
            self._refuse(403, "other sites may not ask here")
        elif token == TICKET and self.command == "GET" and self.server.take_ticket(name):
            self._send(302, "text/plain", b"", Location=f"/{self.server.token}/")
        elif not hmac.compare_digest(token.encode(), self.server.token.encode()):
            self._refuse(403, "open the whole address that the command has printed")
        else:
            return name
        return None

    def _own_origin(self) -> bool:
        origin = self.headers.get("Origin")
        own = {f"http://{host}" for host in self.server.hosts}
        site = self.headers.get("Sec-Fetch-Site", "none")
        # A link from elsewhere to the page itself is no harm to it: it has the token.
        return (origin is None or origin.lower() in own) and (
            site in ("none", "same-origin") or self.headers.get("Sec-Fetch-Mode") == "navigate"
        )

    def _send_json(self, status: int, value: Any) -> None:
        self._send(status, "application/json", json.dumps(value).encode("ascii"))

    def _refuse(self, status: int, reason: str) -> None:
        self.close_connection = True  # what was sent may not have been read
        self._send_json(status, {"error": reason})

    def _send(self, status: int, kind: str, content: bytes, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        if self.close_connection:
            self.send_header("Connection", "close")
        for name, value in {**HEADERS, **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing: the command's output is for people."""
