"""The built page at /batch. It is optional: without it the API works as before and /batch says what is missing."""

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from dart_batch.entrypoints.api.access import OpenToAll

router = APIRouter(include_in_schema=False)
BUILT = Path(__file__).parent / "page"
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
ASK_AGAIN = {"Cache-Control": "no-cache"}
NOT_BUILT = (
    "<!doctype html><html lang='en'><meta charset='utf-8'><title>dart-batch</title>"
    "<p>The page was not built: Node 20 was missing when this was installed. Install Node 20 and run "
    "<code>make web</code>; until then the API works, see <a href='/api/docs'>/api/docs</a>.</p></html>"
)


@router.api_route("/", methods=["GET", "HEAD"], operation_id="goToPage")
def root(_open: OpenToAll) -> Response:
    """The page is at /batch."""
    return RedirectResponse("/batch", 307)


@router.api_route("/batch", methods=["GET", "HEAD"], operation_id="getPage")
@router.api_route("/batch/{path:path}", methods=["GET", "HEAD"], operation_id="getPageFile")
def page(request: Request, _open: OpenToAll, path: str = "") -> Response:
    """A file of the page, or the page itself for every path that names none, so that deep links work."""
    folder: Path = request.app.state.page
    index = folder / "index.html"
    found = _inside(folder, path)
    if found is not None:
        return FileResponse(found, headers=FOR_EVER if "assets" in found.relative_to(folder).parts else ASK_AGAIN)
    if Path(path).suffix:
        raise HTTPException(404, "The page has no such file.")
    if not index.is_file():
        return HTMLResponse(NOT_BUILT, headers=ASK_AGAIN)
    return FileResponse(index, headers=ASK_AGAIN)


def _inside(folder: Path, path: str) -> Path | None:
    if not path or "\0" in path:
        return None
    wanted = (folder / path).resolve()
    return wanted if wanted.is_relative_to(folder.resolve()) and wanted.is_file() else None
