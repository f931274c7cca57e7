"""The report on paper: the same evidence as the page, set by typst."""

from hilum.reporting.pdf.beside import pdf_or_reason, rewrite_pdf
from hilum.reporting.pdf.write import render_pdf, write_pdf

__all__ = ["pdf_or_reason", "render_pdf", "rewrite_pdf", "write_pdf"]
