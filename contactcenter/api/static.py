"""The web pages: files of the build, and for every address that a page's own router knows, index.html; portal.html,
the customers' light one, for those under /portal."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from aiohttp import web

from contactcenter.api import problems
from contactcenter.api.routes import PUBLIC, Call, Route
from contactcenter.api.security import DATA_POLICY, document_policy, new_nonce, page_policy

_IMMUTABLE = "public, max-age=31536000, immutable"
_REVALIDATE = "no-cache"
_NOT_PAGES = ("api", "socket.io", "healthz", "readyz", "metrics", "assets")

_PAGES = ("index.html", "portal.html")

_WITH_IDS = "admin"

NONCE = "CSP_NONCE"
"""Where index.html wants the nonce of its content security policy."""

_MISSING_STYLE = "body{font:16px/1.6 system-ui;max-width:36rem;margin:4rem auto;padding:0 1rem}"
_MISSING = f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Pages not built</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<style>{_MISSING_STYLE}</style>
<h1>The pages are not built yet</h1>
<p>The server runs, but its web pages are missing. Build them with <code>make web</code> and reload, or install
the package with <code>pip install .</code>, which builds them by itself.</p></html>"""


def find_pages() -> Path | None:
    """The folder of the built pages: packaged, else of the checkout, else None."""
    package = Path(__file__).parents[1]
    for folder in (package / "web_dist", package.parent / "web" / "dist"):
        if (folder / "index.html").is_file():
            return folder
    return None


def routes(pages: Path | None = None) -> tuple[Route, ...]:
    """One route for every address no other route has; add it last. `pages` None: looked for at each request."""

    async def show(call: Call) -> web.StreamResponse:
        folder = pages or find_pages()
        if folder is None or not (folder / "index.html").is_file():
            return _missing(call)
        return _serve(call.request, folder.resolve(), call.path("path"))

    # What is under /api/ and unknown is "not found" for every method, not "method not allowed".
    return (Route("GET", "/{path:(?!api/).*}", show, PUBLIC, "The web pages", media_type="text/html", tag=""),)


def _missing(call: Call) -> web.Response:
    if not _is_page(call.request, call.path("path")):
        raise problems.not_found()
    headers = {"Content-Security-Policy": document_policy(_MISSING_STYLE)}
    return web.Response(text=_MISSING, content_type="text/html", status=503, headers=headers)


def _serve(request: web.Request, folder: Path, path: str) -> web.StreamResponse:
    file = _inside(folder, path)
    if file is not None and file.is_file() and file.name not in _PAGES:
        return _file(file, _IMMUTABLE if path.startswith("assets/") else _REVALIDATE)
    if _is_page(request, path):
        portal = folder / "portal.html"
        return _index(portal if path.partition("/")[0] == "portal" and portal.is_file() else folder / "index.html")
    raise problems.not_found()


def _inside(folder: Path, path: str) -> Path | None:
    try:
        file = (folder / path).resolve()
    except (OSError, ValueError):
        return None
    return file if file.is_relative_to(folder) else None


def _is_page(request: web.Request, path: str) -> bool:
    """A page of the application: its name has no ending, unless it is the id of something set up (main.yaml), and the
    client can show HTML."""
    first, _, _ = path.partition("/")
    if first in _NOT_PAGES or ("." in path.rpartition("/")[2] and first != _WITH_IDS):
        return False
    accept = request.headers.get("Accept", "*/*")
    return "text/html" in accept or "*/*" in accept


def _index(file: Path) -> web.Response:
    nonce = new_nonce()
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": page_policy(nonce)}
    text = file.read_text(encoding="utf-8").replace(NONCE, nonce)
    return web.Response(text=text, content_type="text/html", headers=headers)


def _file(file: Path, cache: str) -> web.StreamResponse:
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    headers = {
        "Cache-Control": cache,
        "Content-Type": f"{kind}; charset=utf-8" if kind.startswith("text/") else kind,
        "Content-Security-Policy": DATA_POLICY,
        "Vary": "Accept-Encoding",
    }
    # aiohttp's FileResponse picks FILE.br or FILE.gz itself, with ETag, Last-Modified and ranges.
    return web.FileResponse(file, headers=headers)
