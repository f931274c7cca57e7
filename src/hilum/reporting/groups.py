"""Which measure is shown in groups: the headline, or the nearest to it that was measured there."""

from hilum.reporting.endpoints import Endpoint
from hilum.reporting.labels import measure_label
from hilum.reporting.story import Story

RISK_GROUP = "risk_group="


def group_endpoint(story: Story) -> Endpoint | None:
    """The first measure of the main table that has groups, else AUC(t) at the first horizon."""
    present = {
        (row.measure, row.at)
        for row in story.evaluation.measures
        if row.of is not None and "=" in row.of and not row.of.startswith(RISK_GROUP)
    }
    wanted = [story.endpoints[0]] if story.endpoints else []
    wanted += [Endpoint("auc_t", each.at, measure_label("auc_t", each.at)) for each in story.endpoints[:1]]
    wanted += list(story.endpoints[1:])
    return next(
        (each for each in wanted if any(m == each.measure and each.is_at(at) for m, at in present)), None
    )
