"""Many findings on the same images: a yes-or-no question for each, then the averages over all of them."""

import dataclasses

import numpy as np

from hilum.errors import ReadingsError
from hilum.evaluation.comparisons.holm import holm
from hilum.evaluation.inputs.alignment import Opinions
from hilum.evaluation.ledger import Work
from hilum.evaluation.tasks.agreement import evaluate_agreement
from hilum.evaluation.tasks.binary import measure_reader
from hilum.evaluation.tasks.binary_comparisons import compare_readers
from hilum.evaluation.tasks.binary_reader import BinaryReader, Question, warn_of_decisions
from hilum.evaluation.tasks.binary_readers import make_readers
from hilum.evaluation.tasks.finding_panel import Panel
from hilum.evaluation.tasks.findings_averages import compare_panels, measure_panel
from hilum.evaluation.tasks.findings_subgroups import measure_findings_subgroups

# The tests of one pair on one finding; McNemar's mid-p is a second opinion on the same and is left as it is.
TESTS = (
    "delong_paired",
    "delong_paired_clustered",
    "bootstrap_wald",
    "hierarchical_bootstrap_wald",
    "mcnemar_exact",
    "mcnemar_clustered",
    "moskowitz_pepe",
    "moskowitz_pepe_clustered",
)
Asked = dict[str, tuple[Question, list[BinaryReader]]]


def evaluate_findings(work: Work) -> None:
    """Write down every finding that any reader has an opinion on, and the averages over findings.

    Raises:
        ReadingsError: a reader has no opinion on any finding of the truth.
    """
    findings = _findings(work)
    _warn_of_unknown(work, findings)
    asked = {finding: _ask(work, finding) for finding in findings}
    panels = _panels(work, asked)
    _warn_of_other_findings(work, panels, findings)
    # The averages come first: they are the headline.
    for part in work.parts:
        for panel in panels:
            measure_panel(work, panel, part)
    for part in work.compared_parts:
        compare_panels(work, panels, part)
    for question, readers in asked.values():
        for part in work.parts:
            for reader in readers:
                _measure(work, reader, question, part)
        for part in work.compared_parts:
            compare_readers(work, readers, question, part)
        evaluate_agreement(work, readers, question)
    warn_of_decisions(work, _once(asked))
    _adjust(work, findings)
    measure_findings_subgroups(work, panels)


def columns_of(opinions: Opinions, finding: str) -> tuple[str | None, str | None]:
    """The columns of a reader's score and decision on a finding, None where it has none.

    Example:
        >>> columns_of(Opinions("cnn", (), {"score_mass": np.zeros((1, 2))}), "mass")
        ('score_mass', None)
    """
    names = (f"score_{finding}", f"decision_{finding}")
    score, decision = (name if name in opinions.columns else None for name in names)
    return score, decision


def _findings(work: Work) -> tuple[str, ...]:
    """The truth's findings that are read by anybody, in its order."""
    truth, opinions = work.alignment.truth, work.alignment.opinions
    read = tuple(name for name in truth.findings if any(any(columns_of(one, name)) for one in opinions))
    for one in opinions:
        if not any(any(columns_of(one, name)) for name in read):
            raise ReadingsError(
                f"{one.reader} has no opinion on any finding of the truth: give it `score_<finding>` or "
                f"`decision_<finding>`, the findings being {', '.join(truth.findings)}"
            )
    unread = [name for name in truth.findings if name not in {*read, *work.options.subgroups}]
    if unread:
        work.ledger.warn(
            "findings_not_read",
            f"no reader has an opinion on {', '.join(unread)}: these columns of the truth are left out",
            len(unread),
        )
    known = {f"{kind}_{name}" for name in truth.findings for kind in ("score", "decision")}
    for one in opinions:
        strange = sorted(name for name in one.columns if name not in known)
        if strange:
            work.ledger.warn(
                "findings_without_truth",
                f"{one.reader} has {', '.join(f'`{name}`' for name in strange)}, of which the truth knows "
                "nothing: they are left out",
                len(strange),
            )
    return read


def _warn_of_unknown(work: Work, findings: tuple[str, ...]) -> None:
    truth = work.alignment.truth
    for part in work.parts:
        inside = truth.in_part(part)
        unknown = {name: int(truth.frame.loc[inside, name].isna().sum()) for name in findings}
        counted = [f"{name} {count}" for name, count in unknown.items() if count]
        if counted:
            work.ledger.warn(
                "unknown_label",
                f"some findings are not known in all {int(inside.sum()):,} cases of {part}; such cases are "
                f"left out of that finding: {', '.join(counted)}",
                sum(unknown.values()),
            )


def _ask(work: Work, finding: str) -> tuple[Question, list[BinaryReader]]:
    label = work.alignment.truth.frame[finding].to_numpy(dtype=np.float64)
    # The names keep the findings' confusion matrices apart.
    question = Question(label == 1, np.isfinite(label), (f"no {finding}", finding), None, finding)
    asked = []
    for opinions in work.alignment.opinions:
        score, decision = columns_of(opinions, finding)
        if score or decision:
            asked.append((opinions, opinions.columns[score] if score else None))
    return question, make_readers(work, asked, question, f"decision_{finding}")


def _measure(work: Work, reader: BinaryReader, question: Question, part: str) -> None:
    """Every measure of one finding; cases in which it is unknown count as left out."""
    rows, matrices = len(work.ledger.measures), len(work.ledger.confusions)
    measure_reader(work, reader, question, part)
    whole = int(work.alignment.truth.in_part(part).sum())
    work.ledger.measures[rows:] = [
        dataclasses.replace(row, n_excluded=whole - row.n) for row in work.ledger.measures[rows:]
    ]
    work.ledger.confusions[matrices:] = [
        dataclasses.replace(row, n_excluded=whole - int(np.sum(row.counts)))
        for row in work.ledger.confusions[matrices:]
    ]


def _once(asked: Asked) -> list[BinaryReader]:
    """Each reader that only decides, once."""
    silent = {
        reader.name: reader for _, readers in asked.values() for reader in readers if reader.score is None
    }
    scoring = {reader.name for _, readers in asked.values() for reader in readers if reader.score is not None}
    return [reader for name, reader in silent.items() if name not in scoring]


def _adjust(work: Work, findings: tuple[str, ...]) -> None:
    """Repeat each pair's tests of single findings with p adjusted by Holm over the findings."""
    families: dict[tuple[str, str, str, str, str], list[int]] = {}
    for number, row in enumerate(work.ledger.comparisons):
        if row.of in findings and row.reader_b is not None and row.method in TESTS and row.margin is None:
            key = (row.reader_a, row.reader_b, row.part, row.measure, row.method)
            families.setdefault(key, []).append(number)
    for places in families.values():
        rows = [work.ledger.comparisons[place] for place in places]
        if len(rows) < 2:
            continue
        for row, p in zip(rows, holm([row.p for row in rows]), strict=True):
            if p is not None:
                work.ledger.comparisons.append(dataclasses.replace(row, p=p, method="findings_holm"))


def _panels(work: Work, asked: Asked) -> list[Panel]:
    """All findings of each reader side by side, in the order of the readers."""
    panels = []
    for opinions in work.alignment.opinions:
        own = [
            (question, reader)
            for question, readers in asked.values()
            for reader in readers
            if reader.name == opinions.reader
        ]
        panels.append(Panel.of(own))
    return panels


def _warn_of_other_findings(work: Work, panels: list[Panel], findings: tuple[str, ...]) -> None:
    for panel in panels:
        if len(panel.findings) < len(findings):
            work.ledger.warn(
                "fewer_findings",
                f"{panel.name} has an opinion on {len(panel.findings)} of {len(findings)} findings: its "
                "averages are over these, and comparisons of averages over those that both readers have",
                len(findings) - len(panel.findings),
            )
