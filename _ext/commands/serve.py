"""The command ``python -m _ext.commands.serve``: shows the site of the current folder in a browser and reloads it on change.

A fault in a post is a line in the console, and the post is left out until it is mended. It is a preview: what is not
published, a draft or a post with a date to come, is shown as well, and says so.
"""

import argparse
import asyncio
import gc
import multiprocessing
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import uvicorn
import watchfiles
from sphinx_autobuild.middleware import JavascriptInjectorMiddleware, web_socket_script
from sphinx_autobuild.server import RebuildServer
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Mount, WebSocketRoute
from starlette.staticfiles import StaticFiles

from _ext.build import builder  # noqa: F401  # so that Sphinx is there before the first build
from _ext.build.run import How, build
from _ext.build.sources import LOOKED_AT
from _ext.pages.content_security_policy import hashes, inline_code

HOST = "127.0.0.1"
SITE = Path("_build/serve/html")
PROGRAM = Path("_ext")
STEP = 20  # milliseconds of quiet after a change, in which an editor has written all of it


class Watcher(RebuildServer):  # type: ignore[misc]  # sphinx-autobuild has no types
    """sphinx-autobuild's, which tells the browsers of a change; what is changed is seen before it can be searched for."""

    async def watch(self) -> None:
        async for changes in watchfiles.awatch(*self.paths, step=STEP, debounce=10 * STEP):
            if any(Path(path).is_relative_to(PROGRAM.resolve()) for _, path in changes):
                os.execv(sys.executable, [sys.executable, "-m", "_ext.commands.serve", *sys.argv[1:]])
            if await asyncio.to_thread(self.change_callback, True) == 0:
                self.flag.set()
                await asyncio.to_thread(self.change_callback, False)


def main(arguments: list[str] | None = None) -> int:
    """Serve the site until interrupted and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m _ext.commands.serve", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="(default: %(default)s)")
    port: int = parser.parse_args(arguments).port
    address = f"{HOST}:{port}"
    # The script that reloads the page, which the server adds to it.
    reloading = list(hashes(inline_code(web_socket_script(address))["script-src"]))
    rebuild = partial(in_a_process, preview, content_security_policy_scripts=reloading)
    rebuild(how=How(strict=False))
    print(f"The site is at http://{address}/ and follows what you write.")
    uvicorn.run(
        server(SITE, address, lambda first: rebuild(how=How(strict=False, search_later=first, tell=first))),
        host=HOST,
        port=port,
        log_level="warning",
    )
    return 0


def preview(how: How, **overrides: Any) -> NoReturn:
    """Build what is published and what is not, and exit with the status; what is wrong is told, and the rest shown."""
    gc.disable()  # see _ext.build.run
    status = build(SITE, how, preview=True, **overrides)
    # Not sys.exit: a process that was forked in a thread of asyncio's would wait for that thread, which it has not, and fail.
    sys.stdout.flush()
    os._exit(status)


def in_a_process(work: Callable[..., NoReturn], **options: Any) -> int | None:
    """Do *work* in a process of its own, which begins with what this one has loaded where the system can; return its status."""
    kind = "fork" if "fork" in multiprocessing.get_all_start_methods() else None
    process = multiprocessing.get_context(kind).Process(target=work, kwargs=options)  # type: ignore[attr-defined]
    process.start()
    process.join()
    status: int | None = process.exitcode
    return status


def server(site: Path, address: str, rebuild: Callable[[bool], int | None]) -> Starlette:
    """Return what answers at *address* with the files of *site*, and calls *rebuild* when a source changes.

    It is called with True to build what is seen, and where that returns 0, with False to build the rest.
    """

    def not_found(request: Request, error: Exception) -> HTMLResponse:
        """Answer with a page, which is reloaded when there is something at its address."""
        page = site / "404/index.html"
        return HTMLResponse(page.read_bytes() if page.exists() else b"Not found", 404)

    watched = [path for path in map(Path, LOOKED_AT) if path.exists()]
    watcher = Watcher(list(watched), lambda path: False, rebuild)
    return Starlette(
        routes=[
            WebSocketRoute("/websocket-reload", watcher),
            Mount("/", app=StaticFiles(directory=site, html=True, check_dir=False)),
        ],
        middleware=[Middleware(JavascriptInjectorMiddleware, ws_url=address)],
        exception_handlers={404: not_found},
        lifespan=watcher.lifespan,
    )


if __name__ == "__main__":
    sys.exit(main())
