"""The PDF beside a run's page: a PDF that cannot be made never costs the page."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hilum.errors import ReportError
from hilum.reporting.figures.svg import Drawing
from hilum.reporting.pdf.write import write_pdf
from hilum.reporting.render import load_evidence

PDF = "report.pdf"


def pdf_or_reason(
    evidence: dict[str, Any], folder: str | Path, drawings: Mapping[str, Drawing] | None = None
) -> str:
    """Write report.pdf beside report.html where that can be done.

    Args:
        evidence: As `build_evidence` made it.
        folder: The folder of report.html.
        drawings: Its figures, by identifier, where they were drawn already.

    Returns:
        Nothing, or the sentence that says why there is no PDF; then no older one is left there either.
    """
    path = Path(folder) / PDF
    try:
        write_pdf(evidence, path, drawings)
    except (ReportError, OSError) as error:
        path.unlink(missing_ok=True)
        return f"report.html was written, {PDF} was not: {error}"
    return ""


def rewrite_pdf(run: str | Path) -> Path:
    """Make report.pdf of a run again from its evidence.json.

    Raises:
        ReportError: the run has no evidence.json, it cannot be read, or the PDF cannot be made.

    Example:
        >>> rewrite_pdf("nowhere")
        Traceback (most recent call last):
        hilum.errors.ReportError: nowhere has no evidence.json: run the study to its end, then ask for the
        report again
    """
    reason = pdf_or_reason(load_evidence(run), run)
    if reason:
        raise ReportError(reason)
    return Path(run) / PDF
