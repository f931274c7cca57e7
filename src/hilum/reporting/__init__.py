"""The report: evidence as plain data, figures as SVG, one page that needs nothing else."""

from hilum.reporting.evidence import build_evidence, evaluation_report
from hilum.reporting.inputs import EvidenceInput, Example
from hilum.reporting.render import render_html, rewrite_report, write_report

__all__ = [
    "EvidenceInput",
    "Example",
    "build_evidence",
    "evaluation_report",
    "render_html",
    "rewrite_report",
    "write_report",
]
