"""A page that says one thing, for addresses that a browser opens by itself."""

from html import escape

from fastapi.responses import HTMLResponse

from hilum.serving.language import language_spoken, told

_PAGE = """<!doctype html>
<html lang="{language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>hilum</title></head>
<body><main><h1>{title}</h1><p>{sentence}</p><p><a href="/">hilum</a></p></main></body>
</html>
"""


def sentence_page(status: int, title: str, sentence: str) -> HTMLResponse:
    """A page with a title and a sentence, in the language of whoever asked.

    Example:
        >>> sentence_page(404, "Not here", "It < that.").body.count(b"&lt;")
        1
    """
    page = _PAGE.format(
        language=language_spoken().value, title=escape(told(title)), sentence=escape(told(sentence))
    )
    return HTMLResponse(page, status_code=status, headers={"Cache-Control": "no-store"})
