"""What was asked of the evaluation, in sentences: thresholds, recalibration, groups, margins, samples."""

import importlib.metadata
import platform
from collections.abc import Mapping
from typing import Any

from hilum.evaluation import EvaluationOptions
from hilum.reporting.format import at_words, count, listed
from hilum.reporting.inputs import EvidenceInput
from hilum.reporting.labels import in_sentence, measure_label
from hilum.reporting.story import Story

PROGRAMS = ("hilum", "numpy", "scipy", "pandas")
FITTED = {
    "platt": "logistic regression on the logit (Platt)",
    "temperature": "one temperature",
    "isotonic": "isotonic regression",
}


def operating_points(given: EvidenceInput, story: Story) -> list[str]:
    """How thresholds were chosen, and what they are."""
    kept = {name: value for name, value in story.evaluation.thresholds.items() if " at the " not in name}
    if not kept:
        return []
    shown = [f"{_threshold_label(story, name)} {value:.3g}" for name, value in kept.items()]
    most = 24
    more = f"; and {count(len(shown) - most)} more in the data" if len(shown) > most else ""
    return [
        "A case is called positive from a threshold upwards.",
        f"{_rules(given.options, story)} and held fixed everywhere else: {'; '.join(shown[:most])}{more}.",
    ]


def _rules(options: EvaluationOptions | None, story: Story) -> str:
    begin = "Thresholds were chosen on the validation part alone"
    if options is None:
        return f"{begin} by Youden\u2019s index or the rule asked for, or given,"
    kept = {name.partition("@")[0].partition(":")[0] for name in story.evaluation.thresholds}
    kept |= {name.rpartition("/")[0] for name in kept}
    names = [look.name for look in story.looks if look.name in kept]
    own = {name: options.rule_of(name) for name in names if options.threshold_of(name) is None}
    by_rule: dict[str, list[str]] = {}
    for name, rule in own.items():
        by_rule.setdefault(rule, []).append(story.label(name))
    several = len(by_rule) > 1 or len(own) < len(names)
    chosen = [_rule_words(rule) + (f" ({listed(who)})" if several else "") for rule, who in by_rule.items()]
    stated = [story.label(name) for name in names if options.threshold_of(name) is not None]
    text = f"{begin} by {listed(chosen)}" if chosen else "Thresholds were"
    given_by = f"given for {listed(stated)}" if stated else ""
    return f"{text}{', or ' if chosen and given_by else ' ' if given_by else ''}{given_by}"


def _rule_words(rule: str) -> str:
    if rule == "youden":
        return "Youden\u2019s index"
    name, equals, value = rule.partition("=")
    if name == "fp_per_image":
        return f"at most {value} false positives per image"
    return f"a {name} of at least {value}" if equals else f"the {rule}"


def _threshold_label(story: Story, name: str) -> str:
    whole, _, horizon = name.partition("@")
    place, _, repeat = horizon.rpartition("/") if horizon else ("", "", "")
    if horizon:
        return f"{_threshold_label(story, whole)}{at_words(place or horizon)}" + (
            f" (repeat {repeat})" if place else ""
        )
    reader, _, repeat = name.rpartition("/")
    if reader:
        return f"{_threshold_label(story, reader)} (repeat {repeat})"
    whole, _, finding = name.partition(":")
    return f"{story.label(whole)}, {finding}" if finding else story.label(name)


def recalibration(story: Story) -> list[str]:
    """How probabilities were recalibrated."""
    kept: Mapping[str, Any] = story.evaluation.recalibrations
    text = []
    for name, fitted in kept.items():
        kind = str(fitted[0].get("kind", "")) if fitted else ""
        how = FITTED.get(kind, kind)
        text.append(f"{story.label(name)}: {how}, fitted on the validation part alone and held fixed.")
    return text


def asked_for(given: EvidenceInput, story: Story) -> list[str]:
    """Groups, margins, prevalences and net benefit that were asked for."""
    rows, pairs = story.evaluation.measures, story.evaluation.comparisons
    columns = dict.fromkeys(
        str(row.of).partition("=")[0] for row in rows if "=" in (row.of or "") and not _of_risk(row.of)
    )
    margins = dict.fromkeys((row.measure, row.margin) for row in pairs if row.margin is not None)
    at = [row.at or "" for row in rows]
    shares = dict.fromkeys(each.removeprefix("prevalence=") for each in at if each.startswith("prevalence="))
    text = []
    if columns:
        text.append(f"Readers were also measured in groups by {listed([_plain(name) for name in columns])}.")
    if margins:
        said = [f"{number:g} for {in_sentence(measure_label(name))}" for name, number in margins]
        text.append(f"Margins of non-inferiority were stated beforehand: {listed(said)}.")
    if shares:
        text.append(f"Predictive values were asked for at a prevalence of {listed(list(shares))}.")
    if given.options is not None and given.options.benefit_thresholds:
        found = any(row.measure == "net_benefit" for row in rows)
        at_which = listed([f"{each:g}" for each in given.options.benefit_thresholds])
        text += [f"Net benefit is given at probabilities of {at_which}."] if found else []
    return text


def _of_risk(of: str | None) -> bool:
    return (of or "").startswith("risk_group=")


def _plain(name: str) -> str:
    return name.replace("_", " ")


def samples(given: EvidenceInput) -> list[str]:
    """Bootstrap samples and seed."""
    if given.options is None:
        return []
    kind = "bias-corrected and accelerated" if given.options.bootstrap_interval == "bca" else "percentile"
    drawn = count(given.options.bootstrap)
    rest = f"rest on {drawn} samples of patients; seed {given.options.seed}"
    return [f"Bootstrap intervals ({kind} where nothing else is said) {rest}."]


def software(given: EvidenceInput) -> list[str]:
    """Programs with their versions, as the run kept them or as they are now."""
    kept = given.provenance.get("versions")
    if isinstance(kept, Mapping) and kept:
        found = [f"{name} {version}" for name, version in kept.items()]
    elif given.options is None:
        return []
    else:
        found = [f"{name} {importlib.metadata.version(name)}" for name in PROGRAMS]
        found.append(f"Python {platform.python_version()}")
    return [f"Software: {listed(found)}."]
