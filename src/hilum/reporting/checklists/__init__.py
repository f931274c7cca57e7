"""Checklists of reporting, filled in as far as the report knows the answers."""

from hilum.reporting.checklists.fill import CHECKLISTS, PLACES, counting_line, fill_checklists
from hilum.reporting.checklists.model import Answer, Checklist, Item, Section

__all__ = [
    "CHECKLISTS",
    "PLACES",
    "Answer",
    "Checklist",
    "Item",
    "Section",
    "counting_line",
    "fill_checklists",
]
