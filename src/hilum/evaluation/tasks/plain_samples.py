"""Bootstrap samples of patients that are not stratified by outcome.

For measures that move with the prevalence, such as net benefit or observed over expected: a sample that holds
the number of cases with the condition fixed would make their intervals too narrow.
"""

import dataclasses

import numpy as np

from hilum.evaluation.common.estimates import Z95, Estimate
from hilum.evaluation.common.resampling import Statistic
from hilum.evaluation.ledger import Work
from hilum.evaluation.tasks.samples import Cases, Sampled, draw_samples

NAMES = {
    "bootstrap_percentile": "plain_bootstrap_percentile",
    "hierarchical_bootstrap_percentile": "hierarchical_plain_bootstrap_percentile",
}


def draw_plain(
    work: Work, name: str, statistic: Statistic, cases: Cases, measures: tuple[str, ...]
) -> dict[str, Sampled]:
    """Samples of measures of one reader, as `draw_samples`, all patients drawn alike."""
    unstratified = dataclasses.replace(cases, outcome=np.zeros_like(cases.outcome))
    return draw_samples(work, name, statistic, unstratified, measures)


def plain_estimate(sampled: Sampled) -> Estimate:
    """The value with its percentile (or BCa) interval over unstratified samples."""
    found = sampled.estimate()
    return dataclasses.replace(found, method=NAMES.get(found.method, found.method))


def plain_wald(sampled: Sampled) -> Estimate:
    """The value +- 1.96 standard errors over unstratified samples, cut at 0 and 1."""
    if not np.isfinite(sampled.value):
        return Estimate(None)
    value, error = sampled.value, float(sampled.draws.std(ddof=1))
    method = "hierarchical_plain_bootstrap_wald" if sampled.repeated else "plain_bootstrap_wald"
    return Estimate(value, max(0.0, value - Z95 * error), min(1.0, value + Z95 * error), error, method)
