"""The built pages: the first page at every address that is not the interface's, and its assets.

Assets carry a hash of what they hold in their names, so that a browser may keep them for ever; the first
page names them, and is asked for each time. Where a file lies compressed beside its original, that is sent.
"""

import mimetypes
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response

from hilum.serving.failures import Refusal
from hilum.serving.policy import PAGE_POLICY
from hilum.serving.told import sentence_page

FOLDER = Path(__file__).parent / "pages"
_FOR_EVER, _ASK_EACH_TIME = "public, max-age=31536000, immutable", "no-cache"
_ENCODINGS = {"br": ".br", "gzip": ".gz"}
_KINDS = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".wasm": "application/wasm",
    ".map": "application/json",
}

router = APIRouter()


@router.api_route("/{path:path}", methods=["GET", "HEAD"])
def read_page(request: Request, path: str) -> Response:
    """A file of the built pages, or the first page, whose script knows all other addresses."""
    if path == "api" or path.startswith("api/"):
        raise Refusal(404, "there is nothing at this address")
    file = _inside(path)
    if file is None and path.startswith("assets/"):
        raise Refusal(404, "there is nothing at this address")
    file = file or _inside("index.html")
    if file is None:
        return sentence_page(
            404,
            "The pages of the workbench are not built",
            "This is a copy of the source without built pages: run make in it. The REST interface answers.",
        )
    return _sent(request, file, lasting=path.startswith("assets/"))


def _inside(path: str) -> Path | None:
    """A file of the built pages; None for what is not there or lies elsewhere."""
    if not path or "\x00" in path or path.endswith(tuple(_ENCODINGS.values())):
        return None
    folder = FOLDER.resolve()
    try:
        file = (folder / path).resolve()
        return file if file.is_relative_to(folder) and file.is_file() else None
    except (OSError, ValueError):
        return None


def _sent(request: Request, file: Path, *, lasting: bool) -> Response:
    kind = _KINDS.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    headers = {
        "Cache-Control": _FOR_EVER if lasting else _ASK_EACH_TIME,
        "Vary": "Accept-Encoding",
        # Workers obey the policy of their own script, so assets carry it as pages do.
        "Content-Security-Policy": PAGE_POLICY,
    }
    accepted = request.headers.get("accept-encoding", "")
    asked = {one.split(";")[0].strip() for one in accepted.split(",") if "q=0" not in one.replace(" ", "")}
    for encoding, ending in _ENCODINGS.items():
        packed = file.with_name(file.name + ending)
        if encoding in asked and packed.is_file():
            headers["Content-Encoding"] = encoding
            return FileResponse(packed, media_type=kind, headers=headers)
    return FileResponse(file, media_type=kind, headers=headers)
