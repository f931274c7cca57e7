"""An evaluation as plain text for the terminal: readers in rows, parts in columns, differences with p."""

from hilum.evaluation.terminal.grid import aligned
from hilum.evaluation.terminal.numbers import interval_text, p_text
from hilum.evaluation.terminal.pairs import oriented, shown_pairs
from hilum.evaluation.terminal.tables import text_table

__all__ = ["aligned", "interval_text", "oriented", "p_text", "shown_pairs", "text_table"]
