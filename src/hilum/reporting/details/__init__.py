"""Further tables, one subject a file; each is made only where the evaluation has something to say of it."""

from collections.abc import Callable, Iterable

from hilum.reporting.details.decisions import predictive_values, recalibrated, screening
from hilum.reporting.details.frame import Table
from hilum.reporting.details.groups import shift, subgroup_tests
from hilum.reporting.details.of_each import of_each
from hilum.reporting.details.readers import agreement, not_worse, several_readers, times
from hilum.reporting.details.risk_groups import risk_groups_table
from hilum.reporting.details.whole_follow_up import whole_follow_up
from hilum.reporting.story import Story

MAKERS: tuple[Callable[[Story], Iterable[Table]], ...] = (
    whole_follow_up,
    of_each,
    predictive_values,
    screening,
    not_worse,
    several_readers,
    times,
    agreement,
    recalibrated,
    risk_groups_table,
    subgroup_tests,
    shift,
)


def detail_tables(story: Story) -> list[Table]:
    """All further tables in the order of the page.

    Each has `id`, `section` (where it stands), `title`, `caption`, `columns`, `groups` of rows with printed
    cells, and `data`, the numbers behind it.
    """
    return [table for make in MAKERS for table in make(story)]


__all__ = ["MAKERS", "Table", "detail_tables"]
