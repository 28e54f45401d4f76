"""Serves a built site on a free port of the machine, as a host would."""

import gzip
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePath

COMPRESSED = {".css", ".html", ".js", ".json", ".svg", ".xml"}
"""The files that a host sends compressed."""


class _Handler(SimpleHTTPRequestHandler):
    disable_nagle_algorithm = True  # as hosts do; else a body waits 40 ms for the acknowledgement of its header

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the browser's console tells of what is missing."""


class _CompressingHandler(_Handler):
    """Sends text compressed, and one answer after the other over one connection."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            path /= "index.html"
        if path.suffix not in COMPRESSED or not path.is_file():
            return super().do_GET()
        body = _compressed(path)
        self.send_response(200)
        self.send_header("Content-Type", f"{self.guess_type(path)}; charset=utf-8")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=31536000" if "?v=" in self.path else "max-age=600")
        self.end_headers()
        self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that hangs up before it has read all."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


@lru_cache(maxsize=1024)
def _compressed(path: Path) -> bytes:
    return gzip.compress(path.read_bytes())


@contextmanager
def served(site: Path, *, compressed: bool = False) -> Iterator[str]:
    """Serve the folder *site*, which does not change, and yield its URL, without a slash at the end."""
    handler = _CompressingHandler if compressed else _Handler
    with _Server(("127.0.0.1", 0), partial(handler, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class _OtherHandler(BaseHTTPRequestHandler):
    """Answers everything with a script, as a script, a page or a picture."""

    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        kinds = {".js": "text/javascript", ".html": "text/html", ".css": "text/css", ".svg": "image/svg+xml"}
        script: str = self.server.script  # type: ignore[attr-defined]
        body = f"<script>{script}</script>" if self.path.endswith(".html") else script
        self.send_response(200)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Content-Type", kinds.get(PurePath(self.path).suffix, "image/png"))
        self.end_headers()
        self.wfile.write(body.encode())

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: what is asked for is kept."""


@contextmanager
def another_host(script: str) -> Iterator[tuple[str, list[str]]]:
    """Answer with *script* what a hostile page asks another host for; yield the URL, and the paths asked for so far."""
    with _Server(("127.0.0.1", 0), _OtherHandler) as server:
        server.asked, server.script = [], script  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}", server.asked  # type: ignore[attr-defined]
        server.shutdown()
