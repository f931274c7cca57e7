"""What this installation can do, as data: measures, methods, tasks, models, scores, commands.

Nothing heavy is imported here, so that "what can you do?" is answered at once. The names are a closed list:
an `evaluation.json` holds no measure and no method that is not named here, and a test pins them.
"""

from dataclasses import asdict, dataclass
from typing import Literal

Better = Literal["higher", "lower", "neither"]


@dataclass(frozen=True)
class MeasureRecord:
    """One measure: what it says, which way is better, between which bounds, and what readings it needs.

    Example:
        >>> next(record for record in MEASURES if record.name == "auroc").better
        'higher'
    """

    name: str
    sentence: str
    reference: str
    better: Better
    low: float | None
    high: float | None
    needs: tuple[str, ...]


@dataclass(frozen=True)
class MethodRecord:
    """One way to an interval or a test, named in `evaluation.json` beside the number it gave.

    Example:
        >>> METHODS[0].name
        'delong_wald'
    """

    name: str
    sentence: str
    reference: str


@dataclass(frozen=True)
class NamedRecord:
    """A task, model, score or command: its name and what it is, in one sentence.

    Example:
        >>> [record.name for record in TASKS]
        ['classification', 'survival']
    """

    name: str
    sentence: str
    reference: str = ""


_SCORE = ("score",)
_CLASSES = ("decision or score with a threshold",)
_PROBABILITY = ("score declared a probability",)
_RISK = ("risk",)
_HORIZON = ("risk", "horizon")
_HORIZON_PROBABILITY = ("risk_<days>d", "horizon")

MEASURES: tuple[MeasureRecord, ...] = (
    MeasureRecord(
        "auroc",
        "Probability that a case with the condition is scored higher than one without it, ties counting "
        "one half; with a horizon, only over cases whose status at the horizon is known.",
        "Hanley & McNeil, Radiology 1982; DeLong et al., Biometrics 1988",
        "higher",
        0.0,
        1.0,
        _SCORE,
    ),
    MeasureRecord(
        "auprc",
        "Area under the precision-recall curve as step-wise average precision; a reader that knows nothing "
        "has the prevalence.",
        "Davis & Goadrich, ICML 2006",
        "higher",
        0.0,
        1.0,
        _SCORE,
    ),
    MeasureRecord(
        "prevalence",
        "Share of cases with the condition.",
        "Altman & Bland, BMJ 1994",
        "neither",
        0.0,
        1.0,
        (),
    ),
    MeasureRecord(
        "sensitivity",
        "Share of the cases with the condition that are called positive (recall).",
        "Altman & Bland, BMJ 1994",
        "higher",
        0.0,
        1.0,
        _CLASSES,
    ),
    MeasureRecord(
        "specificity",
        "Share of the cases without the condition that are called negative.",
        "Altman & Bland, BMJ 1994",
        "higher",
        0.0,
        1.0,
        _CLASSES,
    ),
    MeasureRecord(
        "ppv",
        "Share of the cases called positive that have the condition (precision), at the prevalence of "
        "these cases.",
        "Altman & Bland, BMJ 1994",
        "higher",
        0.0,
        1.0,
        _CLASSES,
    ),
    MeasureRecord(
        "npv",
        "Share of the cases called negative that do not have the condition, at the prevalence of these "
        "cases.",
        "Altman & Bland, BMJ 1994",
        "higher",
        0.0,
        1.0,
        _CLASSES,
    ),
    MeasureRecord(
        "accuracy",
        "Share of the cases called rightly.",
        "Altman & Bland, BMJ 1994",
        "higher",
        0.0,
        1.0,
        _CLASSES,
    ),
    MeasureRecord(
        "f1",
        "Harmonic mean of precision and recall.",
        "van Rijsbergen, Information Retrieval 1979",
        "higher",
        0.0,
        1.0,
        _CLASSES,
    ),
    MeasureRecord(
        "balanced_accuracy",
        "Balanced accuracy at one operating point, (sensitivity + specificity) / 2; this is no area under "
        "a curve.",
        "Brodersen et al., ICPR 2010",
        "higher",
        0.0,
        1.0,
        _CLASSES,
    ),
    MeasureRecord(
        "harrell_c",
        "Share of comparable pairs of cases in which the one with the earlier event has the higher risk, "
        "ties of risk counting one half.",
        "Harrell et al., JAMA 1982; Therneau & Atkinson, R survival::concordance",
        "higher",
        0.0,
        1.0,
        _RISK,
    ),
    MeasureRecord(
        "auc_t",
        "Cumulative/dynamic AUROC at a horizon, cases weighted by the inverse probability of being "
        "uncensored.",
        "Blanche et al., Statistics in Medicine 2013",
        "higher",
        0.0,
        1.0,
        _HORIZON,
    ),
    MeasureRecord(
        "brier_t",
        "Mean squared distance between predicted risk and status at a horizon, weighted for censoring.",
        "Graf et al., Statistics in Medicine 1999",
        "lower",
        0.0,
        None,
        _HORIZON_PROBABILITY,
    ),
    MeasureRecord(
        "brier",
        "Mean squared distance between predicted probability and outcome.",
        "Brier, Monthly Weather Review 1950",
        "lower",
        0.0,
        1.0,
        _PROBABILITY,
    ),
    MeasureRecord(
        "citl",
        "Calibration in the large: intercept of a logistic recalibration with the slope held at 1; 0 is "
        "ideal, above 0 the probabilities are too low.",
        "Van Calster et al., BMC Medicine 2019",
        "neither",
        None,
        None,
        _PROBABILITY,
    ),
    MeasureRecord(
        "calibration_slope",
        "Slope of the outcome on the logit of the predicted probability; 1 is ideal, below 1 the "
        "predictions are too extreme.",
        "Cox, Biometrika 1958; Van Calster et al., BMC Medicine 2019",
        "neither",
        None,
        None,
        _PROBABILITY,
    ),
    MeasureRecord(
        "o_e",
        "Observed events over expected events; 1 is ideal, above 1 the probabilities are too low. With a "
        "horizon, the observed share is Kaplan-Meier's.",
        "Debray et al., BMJ 2017",
        "neither",
        0.0,
        None,
        _PROBABILITY,
    ),
    MeasureRecord(
        "ece",
        "Expected calibration error over ten groups of equal size; its estimate is too high in small "
        "samples.",
        "Naeini et al., AAAI 2015; Roelofs et al., AISTATS 2022",
        "lower",
        0.0,
        1.0,
        _PROBABILITY,
    ),
    MeasureRecord(
        "survival_t",
        "Kaplan-Meier share without the event at a horizon.",
        "Kaplan & Meier, JASA 1958",
        "neither",
        0.0,
        1.0,
        ("time", "event"),
    ),
    MeasureRecord(
        "median_survival",
        "Time in days by which half have had the event, by Kaplan-Meier; absent when fewer than half have.",
        "Brookmeyer & Crowley, Biometrics 1982",
        "neither",
        0.0,
        None,
        ("time", "event"),
    ),
    MeasureRecord(
        "log_rank",
        "Whether the survival curves of the risk groups differ.",
        "Mantel, Cancer Chemotherapy Reports 1966",
        "neither",
        None,
        None,
        _RISK,
    ),
)

METHODS: tuple[MethodRecord, ...] = (
    MethodRecord(
        "delong_wald",
        "DeLong's variance by mid-ranks; Wald interval cut at 0 and 1, as pROC prints.",
        "DeLong et al., Biometrics 1988; Sun & Xu, IEEE Signal Processing Letters 2014",
    ),
    MethodRecord(
        "delong_clustered_wald",
        "DeLong's variance for several cases of one patient; Wald interval cut at 0 and 1.",
        "Obuchowski, Biometrics 1997",
    ),
    MethodRecord(
        "delong_paired", "DeLong's test of two readers on the same cases.", "DeLong et al., Biometrics 1988"
    ),
    MethodRecord(
        "delong_paired_clustered",
        "DeLong's test of two readers on the same cases, several of one patient.",
        "Obuchowski, Biometrics 1997",
    ),
    MethodRecord(
        "delong_k_readers",
        "DeLong's chi-squared test that all readers have the same AUROC on the same cases.",
        "DeLong et al., Biometrics 1988",
    ),
    MethodRecord(
        "unpaired_wald",
        "Difference of two readers whose rows cannot be matched: the variances add up, as if the cases "
        "were others.",
        "Hanley & McNeil, Radiology 1982",
    ),
    MethodRecord(
        "delong_macro_wald",
        "One-vs-rest AUROCs averaged over classes; variance from the sum of each case's influence.",
        "DeLong et al., Biometrics 1988",
    ),
    MethodRecord(
        "bootstrap_percentile",
        "Percentiles over bootstrap samples of patients, stratified by outcome.",
        "Efron & Tibshirani 1993",
    ),
    MethodRecord(
        "bootstrap_wald",
        "Wald interval (and test) with the standard error over bootstrap samples of patients, stratified "
        "by outcome.",
        "Efron & Tibshirani 1993",
    ),
    MethodRecord(
        "hierarchical_bootstrap_percentile",
        "Mean over repeated trainings; percentiles over bootstrap samples of patients, then of repeats.",
        "Davison & Hinkley 1997, section 3.8",
    ),
    MethodRecord(
        "hierarchical_bootstrap_wald",
        "Difference of means over repeated trainings; standard error over bootstrap samples of patients, "
        "then of repeats.",
        "Davison & Hinkley 1997, section 3.8",
    ),
    MethodRecord("wilson", "Wilson's score interval of a share.", "Wilson, JASA 1927"),
    MethodRecord(
        "wilson_clustered",
        "Wilson's interval with the number of cases divided by the design effect of several cases of one "
        "patient.",
        "Rao & Scott, Biometrics 1992; Wilson, JASA 1927",
    ),
    MethodRecord(
        "newcombe_sum",
        "Mean of two shares from different cases: Wilson's limits of both, squared and added.",
        "Newcombe, Statistics in Medicine 1998 (method 10)",
    ),
    MethodRecord(
        "cluster_robust_wald",
        "Wald interval with the variance summed over patients instead of cases.",
        "Liang & Zeger, Biometrika 1986",
    ),
    MethodRecord(
        "infinitesimal_jackknife_wald",
        "Variance from each case's influence, as R's survival::concordance; Wald interval.",
        "Therneau & Watson, Mayo Clinic technical report 85, 2017",
    ),
    MethodRecord(
        "infinitesimal_jackknife_clustered_wald",
        "Variance from each patient's summed influence; Wald interval.",
        "Therneau & Watson, Mayo Clinic technical report 85, 2017",
    ),
    MethodRecord(
        "ipcw_influence_wald",
        "Inverse probability of censoring weights; variance from the influence of each case, estimation of "
        "the weights included; Wald interval.",
        "Blanche et al., Statistics in Medicine 2013; R riskRegression",
    ),
    MethodRecord(
        "ipcw_influence_clustered_wald",
        "Inverse probability of censoring weights; variance from the summed influence of each patient.",
        "Blanche et al., Statistics in Medicine 2013",
    ),
    MethodRecord(
        "influence_wald", "Wald interval with the variance of the cases' contributions.", "van der Vaart 1998"
    ),
    MethodRecord(
        "logistic_recalibration_wald",
        "Logistic regression of the outcome on the logit of the probability; Wald interval.",
        "Cox, Biometrika 1958",
    ),
    MethodRecord(
        "logistic_recalibration_clustered_wald",
        "Logistic regression of the outcome on the logit of the probability; variance summed over patients.",
        "Liang & Zeger, Biometrika 1986",
    ),
    MethodRecord("log_wald", "Wald interval of the logarithm, transformed back.", "Debray et al., BMJ 2017"),
    MethodRecord(
        "kaplan_meier_log_log",
        "Kaplan-Meier with Greenwood's variance on the log(-log) scale.",
        "Kalbfleisch & Prentice 1980",
    ),
    MethodRecord("log_rank", "Log-rank chi-squared test of all groups.", "Mantel 1966"),
    MethodRecord(
        "mcnemar_exact",
        "Exact McNemar test on the cases that the two readers call differently; Newcombe's paired interval.",
        "McNemar, Psychometrika 1947; Newcombe, Statistics in Medicine 1998",
    ),
    MethodRecord(
        "mcnemar_mid_p",
        "McNemar's test with the mid-p value; Newcombe's paired interval.",
        "Fagerland et al., BMC Medical Research Methodology 2013",
    ),
    MethodRecord(
        "mcnemar_clustered",
        "McNemar's test for several cases of one patient; cluster-robust Wald interval.",
        "Obuchowski, Statistics in Medicine 1998",
    ),
    MethodRecord(
        "mcnemar_exact_smallest_p",
        "Smallest p that the exact McNemar test can give over all pairings that the two readers' counts "
        "allow.",
        "McNemar, Psychometrika 1947",
    ),
    MethodRecord(
        "mcnemar_exact_largest_p",
        "Largest p that the exact McNemar test can give over all pairings that the two readers' counts "
        "allow.",
        "McNemar, Psychometrika 1947",
    ),
    MethodRecord(
        "mcnemar_mid_p_smallest_p",
        "Smallest mid-p McNemar value over all pairings that the two readers' counts allow.",
        "Fagerland et al., BMC Medical Research Methodology 2013",
    ),
    MethodRecord(
        "mcnemar_mid_p_largest_p",
        "Largest mid-p McNemar value over all pairings that the two readers' counts allow.",
        "Fagerland et al., BMC Medical Research Methodology 2013",
    ),
    MethodRecord(
        "clopper_pearson", "Exact, conservative interval of a share.", "Clopper & Pearson, Biometrika 1934"
    ),
    MethodRecord(
        "moskowitz_pepe",
        "Ratio of the predictive values of two readers on the same cases, delta method on the logarithm.",
        "Moskowitz & Pepe, Clinical Trials 2006",
    ),
    MethodRecord(
        "obuchowski_rockette",
        "Several readers in two conditions, readers and cases random, Hillis' degrees of freedom.",
        "Obuchowski & Rockette 1995; Hillis, Statistics in Medicine 2007",
    ),
    MethodRecord("not_estimable", "The estimate stands, an interval is not defined for these data.", ""),
)

TASKS: tuple[NamedRecord, ...] = (
    NamedRecord("classification", "Which class a case belongs to: one label of two or more classes."),
    NamedRecord("survival", "When an event happens: days of follow-up, event or not, risk by named days."),
)

MODELS: tuple[NamedRecord, ...] = (
    NamedRecord(
        "small_cnn",
        "Three convolutions of 16, 32 and 64 filters (3x3) with ReLU and 2x2 max pooling, then a fully "
        "connected layer.",
        "Lee & Ye, Journal of Radiation Industry 2024",
    ),
    NamedRecord("resnet18", "Residual network of 18 layers.", "He et al., CVPR 2016"),
)

SCORES: tuple[NamedRecord, ...] = (
    NamedRecord(
        "curb65",
        "Confusion, urea above 7 mmol/L, respiratory rate from 30/min, low blood pressure, age from 65: "
        "one point each, for death within 30 days of community-acquired pneumonia.",
        "Lim et al., Thorax 2003",
    ),
)

COMMANDS: tuple[NamedRecord, ...] = (
    NamedRecord("demo", "Set up the phantom hospital and take it from DICOM files to a report."),
    NamedRecord("init", "Make a workspace: archive, vault, quarantine and settings in one folder."),
    NamedRecord("ingest", "Take DICOM files in, de-identify them, archive or quarantine each."),
    NamedRecord("quarantine", "List what could not be cleaned or read, release or reject it."),
    NamedRecord("archive", "Count, verify or export the archived images."),
    NamedRecord("check", "Look for leakage, conflicts, missing values and imbalance in a study."),
    NamedRecord("run", "Take a study file to its report; run again to continue."),
    NamedRecord("evaluate", "Compare readers from files of truth and readings alone."),
    NamedRecord("score", "Compute a clinical score for every row of a table."),
    NamedRecord("predict", "Read new images with a trained model."),
    NamedRecord("report", "Write the report of a run again."),
    NamedRecord("catalogue", "Say what this installation can do."),
    NamedRecord("doctor", "Look whether this installation is complete."),
)


def measure_names() -> tuple[str, ...]:
    """Names of all measures, in the order in which they are shown.

    Example:
        >>> measure_names()[:2]
        ('auroc', 'auprc')
    """
    return tuple(record.name for record in MEASURES)


def method_names() -> tuple[str, ...]:
    """Names of all methods.

    Example:
        >>> "wilson" in method_names()
        True
    """
    return tuple(record.name for record in METHODS)


def measure_record(name: str) -> MeasureRecord:
    """The record of one measure.

    Raises:
        KeyError: there is no measure of this name.

    Example:
        >>> measure_record("brier").better
        'lower'
    """
    for record in MEASURES:
        if record.name == name:
            return record
    raise KeyError(name)


def catalogue() -> dict[str, list[dict[str, object]]]:
    """Everything this installation can do, ready for `hilum catalogue --json`.

    Example:
        >>> sorted(catalogue())
        ['commands', 'measures', 'methods', 'models', 'scores', 'tasks']
    """
    return {
        "tasks": [asdict(record) for record in TASKS],
        "models": [asdict(record) for record in MODELS],
        "scores": [asdict(record) for record in SCORES],
        "measures": [asdict(record) for record in MEASURES],
        "methods": [asdict(record) for record in METHODS],
        "commands": [asdict(record) for record in COMMANDS],
    }
