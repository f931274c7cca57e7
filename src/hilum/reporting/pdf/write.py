"""From evidence to a PDF: typst sees one folder, with the data and the pictures, and nothing else."""

import base64
import binascii
import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from hilum.errors import ReportError
from hilum.files import replaced_when_done
from hilum.reporting.atlas_pictures import atlas_pictures, without_atlas_pictures
from hilum.reporting.evidence import VERSION
from hilum.reporting.example_pictures import maps_in, without_pictures
from hilum.reporting.figures import draw
from hilum.reporting.figures.svg import Drawing
from hilum.reporting.inside_attached import without_inside_pictures
from hilum.reporting.pdf.blocks import clean, prose
from hilum.reporting.pdf.fonts import Setting, settings
from hilum.reporting.pdf.sections import kind_of, sections

TEMPLATE = Path(__file__).with_name("report.typ")
LONGEST_RUNNING = 100
STANDARD = "ua-1"  # PDF/UA: tagged, titled, with words for every figure


def render_pdf(evidence: dict[str, Any], drawings: Mapping[str, Drawing] | None = None) -> bytes:
    """The report as a tagged A4 document with bookmarks.

    The same evidence gives the same bytes, on every machine with the same typst, as long as the report needs
    no letters beyond typst's own fonts (Korean is set in a font of the machine).

    Args:
        evidence: As `build_evidence` made it, or as read from `evidence.json`.
        drawings: Its figures, by identifier, where they were drawn already.

    Raises:
        ReportError: the evidence is not whole, or typst is not there or cannot set it.
    """
    if not isinstance(evidence, dict) or evidence.get("version") != VERSION:
        raise ReportError(
            "the evidence was made by another version of hilum or is not whole: make the report anew"
        )
    _typst()
    try:
        figures = drawings or {figure["id"]: draw(figure) for figure in evidence["figures"]}
        report = _report(evidence, figures)
        pictures = _pictures(evidence)
    except (KeyError, TypeError, AttributeError) as error:
        raise ReportError(
            f"the evidence is not whole ({type(error).__name__}: {error}): make the report anew"
        ) from None
    with tempfile.TemporaryDirectory(prefix="hilum-pdf-") as folder:
        root = Path(folder).resolve()
        (root / "report.typ").write_bytes(TEMPLATE.read_bytes())
        (root / "evidence.json").write_text(_numbers(evidence), encoding="utf-8")
        for name, content in pictures.items():
            (root / name).write_bytes(content)
        ordered = [figures[figure["id"]] for figure in evidence["figures"]]
        return _set(root, report, ordered)


def _set(root: Path, report: dict[str, Any], figures: Sequence[Drawing]) -> bytes:
    """The report in the first setting that can show all its letters, else in the last one, which says so."""
    words = json.dumps(report, ensure_ascii=False) + "".join(drawing.svg for drawing in figures)
    ways = settings(words)
    for way in ways:
        told = {**report, "fonts": list(way.fonts), "notice": way.notice}
        (root / "report.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
        for place, drawing in enumerate(figures, start=1):
            (root / f"figure-{place}.svg").write_text(_svg(drawing, way.fonts), encoding="utf-8")
        try:
            return _compiled(root, way)
        except ReportError:
            if way == ways[-1]:
                raise
    raise AssertionError("there is always a last way")


def _report(evidence: dict[str, Any], figures: Mapping[str, Drawing]) -> dict[str, Any]:
    title = clean(evidence["title"])
    running = title if len(title) <= LONGEST_RUNNING else f"{title[:LONGEST_RUNNING].rstrip()}…"
    return {
        "title": title,
        "running": running,
        "question": clean(evidence["question"]),
        "answer": [prose(sentence) for sentence in evidence["answer"]],
        "sections": sections(evidence, figures),
    }


def _numbers(evidence: dict[str, Any]) -> str:
    """The evidence as it is attached: its pictures stand in the report already."""
    examples = [without_pictures(example) for example in evidence["examples"]]
    plain = {**evidence, "examples": examples, "atlas": without_atlas_pictures(evidence)}
    plain["inside"] = without_inside_pictures(evidence)
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def _svg(drawing: Drawing, fonts: Sequence[str]) -> str:
    """A figure as a file whose texts are set in the report's fonts."""
    named = ", ".join(f"'{font}'" for font in fonts)
    size = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{drawing.width:g}pt" height="{drawing.height:g}pt"'
    )
    return clean(drawing.svg.replace("<svg", size, 1).replace("var(--figure-font, serif)", named))


def _pictures(evidence: dict[str, Any]) -> dict[str, bytes]:
    """The pictures of the examples and of the atlas by file name."""
    found = {name: _decoded(uri) for name, uri in atlas_pictures(evidence).items()}
    for place, example in enumerate(evidence["examples"], start=1):
        found[f"example-{place}-image.{kind_of(example['picture'])}"] = _decoded(example["picture"])
        for number, (_, uri) in enumerate(maps_in(example), start=1):
            found[f"example-{place}-map-{number}.{kind_of(uri)}"] = _decoded(uri)
    return found


def _decoded(uri: str) -> bytes:
    try:
        return base64.b64decode(uri.partition(",")[2], validate=True)
    except binascii.Error:
        raise ReportError("an example's picture cannot be read: make the report anew") from None


def _typst() -> ModuleType:
    try:
        import typst
    except ImportError:
        raise ReportError("typst is not installed: install hilum with all it needs") from None
    return typst


def _compiled(root: Path, way: Setting) -> bytes:
    typst = _typst()
    try:
        made = typst.compile(
            str(root / "report.typ"),
            root=str(root),
            format="pdf",
            ignore_system_fonts=not way.machine,
            package_path=str(root / "packages"),
            package_cache_path=str(root / "packages"),
            pdf_standards=[STANDARD] if way.accessible else [],
        )
    except typst.TypstError as error:
        raise ReportError(f"typst could not set the report ({error.message})") from None
    return bytes(made)


def write_pdf(
    evidence: dict[str, Any], path: str | Path, drawings: Mapping[str, Drawing] | None = None
) -> Path:
    """Write the report as a PDF, whole or not at all.

    Args:
        evidence: As `build_evidence` made it, or as read from `evidence.json`.
        path: The file to write.
        drawings: Its figures, by identifier, where they were drawn already.

    Returns:
        The path of the PDF.

    Raises:
        ReportError: the evidence is not whole, or typst is not there or cannot set it.
        OSError: the file cannot be written.
    """
    content = render_pdf(evidence, drawings)
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    with replaced_when_done(target) as temporary:
        temporary.write_bytes(content)
    return target
