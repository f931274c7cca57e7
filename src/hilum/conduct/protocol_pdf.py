"""The de-identification protocol on paper."""

import json
import tempfile
from pathlib import Path
from typing import Any

from hilum.deid.protocol import Protocol
from hilum.deid.protocol_text import attributes_of, sections_of
from hilum.errors import ReportError
from hilum.files import replaced_when_done
from hilum.reporting.pdf.fonts import Setting, settings

_TEMPLATE = Path(__file__).with_name("protocol.typ")


def write_protocol_pdf(protocol: Protocol, path: Path) -> Path:
    """Write the protocol as a PDF, whole or not at all; the same protocol always gives the same bytes.

    Args:
        protocol: as `hilum.deid.protocol.protocol_of` makes it.
        path: of the file to write.

    Raises:
        ReportError: typst is not there or cannot set it, or the file cannot be written.

    Example:
        >>> from hilum.deid.protocol import protocol_of
        >>> folder = Path(tempfile.mkdtemp())
        >>> write_protocol_pdf(protocol_of(), folder / "protocol.pdf").read_bytes()[:5]
        b'%PDF-'
    """
    content = _render(_content(protocol))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replaced_when_done(path) as temporary:
            temporary.write_bytes(content)
    except OSError as error:
        raise ReportError(f"{path} cannot be written: {error.strerror or error}") from None
    return path


def _content(protocol: Protocol) -> dict[str, Any]:
    rules = [
        {"name": rule.name.capitalize(), "sentence": rule.sentence, "reference": rule.reference}
        for rule in protocol.rules
    ]
    attributes = [
        {"rule": f"Rule {number}, {rule.name}", "names": attributes_of(rule.attributes)}
        for number, rule in enumerate(protocol.rules, 1)
        if rule.attributes
    ]
    sections = [
        {"title": title, "paragraphs": list(paragraphs)} for title, paragraphs in sections_of(protocol)
    ]
    words = {
        "title": f"De-identification protocol: {protocol.name}",
        "sections": sections,
        "rules": rules,
        "after": list(protocol.after),
        "attributes": attributes,
    }
    plain: dict[str, Any] = json.loads(json.dumps(words).replace("`", ""))  # typst shows them as they are
    return plain


def _render(content: dict[str, Any]) -> bytes:
    ways = settings(json.dumps(content, ensure_ascii=False))
    for way in ways:
        try:
            return _compiled(content, way)
        except ReportError:
            if way == ways[-1]:
                raise
    raise AssertionError("there is always a last way")


def _compiled(content: dict[str, Any], way: Setting) -> bytes:
    try:
        import typst
    except ImportError:
        raise ReportError("typst is not installed: install hilum with all it needs") from None
    with tempfile.TemporaryDirectory(prefix="hilum-protocol-") as folder:
        root = Path(folder).resolve()
        (root / "protocol.typ").write_bytes(_TEMPLATE.read_bytes())
        told = {**content, "fonts": list(way.fonts), "notice": way.notice}
        (root / "protocol.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
        try:
            made = typst.compile(
                str(root / "protocol.typ"),
                root=str(root),
                format="pdf",
                ignore_system_fonts=not way.machine,
                package_path=str(root / "packages"),
                package_cache_path=str(root / "packages"),
                pdf_standards=["ua-1"] if way.accessible else [],
            )
        except typst.TypstError as error:
            raise ReportError(f"typst could not set the protocol ({error.message})") from None
    return bytes(made)
