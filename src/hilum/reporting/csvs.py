"""The numbers behind tables and figures as CSV, to be taken from the page."""

import base64
import csv
import gzip
import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any

Rows = list[list[Any]]
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_text(rows: Iterable[Sequence[Any]]) -> str:
    r"""Rows as CSV; what is missing is empty, text that a spreadsheet would run as a formula is made plain.

    Example:
        >>> csv_text([["a", None], ["=1+1", -0.5]])
        "a,\r\n'=1+1,-0.5\r\n"
    """
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return stream.getvalue()


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value


def csv_uri(rows: Iterable[Sequence[Any]]) -> str:
    """Rows as a data URI; with a byte order mark, so that spreadsheets read Korean.

    Example:
        >>> csv_uri([["a"]])[:28]
        'data:text/csv;charset=utf-8;'
    """
    return _uri("text/csv;charset=utf-8", "\ufeff" + csv_text(rows))


def json_uri(text: str) -> str:
    """A JSON text as a data URI.

    Example:
        >>> json_uri("{}")
        'data:application/json;base64,e30='
    """
    return _uri("application/json", text)


def packed_uri(text: str) -> str:
    """A long text packed by gzip as a data URI; the same text gives the same bytes.

    Example:
        >>> packed_uri("{}").startswith("data:application/gzip;base64,H4sI")
        True
    """
    packed = gzip.compress(text.encode("utf-8"), mtime=0)
    return f"data:application/gzip;base64,{base64.b64encode(packed).decode('ascii')}"


def _uri(kind: str, text: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(text.encode('utf-8')).decode('ascii')}"


def table_csvs(evidence: dict[str, Any]) -> dict[str, Rows]:
    """The rows of every table that the evidence holds, and of all measures and comparisons."""
    tables: dict[str, Rows] = {"main_table": _main(evidence["main_table"])}
    if evidence["table_one"]:
        tables["table_one"] = [evidence["table_one"]["columns"], *evidence["table_one"]["rows"]]
    if evidence["operating_table"]:
        tables["operating_table"] = _operating(evidence["operating_table"])
    if evidence["further_table"]:
        tables["further_table"] = _further(evidence["further_table"])
    checks = evidence.get("map_checks")
    for table in [*evidence["detail_tables"], *([checks] if checks else [])]:
        tables[table["id"]] = [table["data"]["columns"], *table["data"]["rows"]]
    for name in ("measures", "comparisons"):
        rows = evidence["evaluation"][name]
        tables[name] = [list(rows[0]), *(list(row.values()) for row in rows)] if rows else []
    return tables


def _main(table: dict[str, Any]) -> Rows:
    rows: Rows = [["measure", "at", "reader", "part", "value", "low", "high", "n", "events", "bold", "star"]]
    keys = ("part", "value", "low", "high", "n", "events", "bold", "star")
    for block in table["blocks"]:
        for row in block["rows"]:
            for cell in row["cells"]:
                rows.append([cell["measure"], cell["at"], row["reader"], *(cell[key] for key in keys)])
    return rows


def _operating(table: dict[str, Any]) -> Rows:
    rows: Rows = [
        ["part", "at", "reader", "threshold", "measure", "value", "low", "high", "n", "tp", "fp", "fn", "tn"]
    ]
    for row in table["rows"]:
        counts = row["counts"] or {}
        at = ";".join(f"{value:.12g}" for value in row["thresholds"])
        for column, cell in zip(table["columns"], row["cells"], strict=True):
            numbers = [cell[key] for key in ("value", "low", "high", "n")]
            four = [counts.get(key) for key in ("tp", "fp", "fn", "tn")]
            place = [row["part"], row["at"], row["reader"], at, column["measure"]]
            rows.append([*place, *numbers, *four])
    return rows


def _further(table: dict[str, Any]) -> Rows:
    rows: Rows = [["part", "reader", "measure", "at", "value", "low", "high", "n", "events"]]
    for row in table["rows"]:
        for column, cell in zip(table["columns"], row["cells"], strict=True):
            numbers = [cell[key] for key in ("value", "low", "high", "n", "events")]
            rows.append([row["part"], row["reader"], column["measure"], cell["at"], *numbers])
    return rows


def figure_rows(figure: dict[str, Any]) -> Rows:
    """The numbers that a figure draws, one line a point."""
    made = FIGURE_ROWS.get(figure["kind"])
    return made(figure) if made is not None else _curve(figure)


def _flow(figure: dict[str, Any]) -> Rows:
    steps = [[step["rule"], step["excluded"], step["cases"], step["patients"]] for step in figure["steps"]]
    parts = [[part["part"], None, part["cases"], part["patients"]] for part in figure["parts"]]
    return [["step or part", "excluded", "cases", "patients"], *steps, *parts]


def _forest(figure: dict[str, Any]) -> Rows:
    keys = (
        "part",
        "at",
        "reader_a",
        "reader_b",
        "difference",
        "low",
        "high",
        "p",
        "p_holm",
        "method",
        "n",
        "events",
    )
    return [list(keys), *([row[key] for key in keys] for row in figure["rows"])]


def _estimates(figure: dict[str, Any]) -> Rows:
    keys = ("column", "group", "reader", "value", "low", "high", "n", "events")
    return [list(keys), *([row[key] for key in keys] for row in figure["rows"])]


def _kaplan_meier(figure: dict[str, Any]) -> Rows:
    what = "incidence" if figure["incidence"] else "survival"
    rows: Rows = [["part", "risk group", "day", what, "low", "high"]]
    return rows + [
        [panel["part"], line["name"], *values]
        for panel in figure["panels"]
        for line in panel["lines"]
        for values in zip(line["x"], line["y"], line["low"], line["high"], strict=True)
    ]


def _confusion(figure: dict[str, Any]) -> Rows:
    repeated = "across" in figure
    return [["reader", *(["repeat"] if repeated else []), "truth", "said", "cases"]] + [
        [matrix["reader"], *([matrix["repeat"]] if repeated else []), truth, said, matrix["counts"][i][j]]
        for matrix in figure["matrices"]
        for i, truth in enumerate(matrix["classes"])
        for j, said in enumerate(matrix["classes"])
    ]


def _calibration(figure: dict[str, Any]) -> Rows:
    rows: Rows = [["part", "reader", "drawn as", "predicted", "observed", "low", "high", "size"]]
    for panel in figure["panels"]:
        for line in panel["lines"]:
            place = [panel["part"], line["reader"]]
            points = zip(*(line[key] for key in ("x", "y", "low", "high", "size")), strict=True)
            rows += [[*place, "group", *point] for point in points]
            smooth = line["smooth"] or {key: [] for key in ("x", "y", "low", "high")}
            curve = zip(*(smooth[key] for key in ("x", "y", "low", "high")), strict=True)
            rows += [[*place, "smooth curve", *point, None] for point in curve]
    return rows


def _learning_curve(figure: dict[str, Any]) -> Rows:
    rows: Rows = [["reader", "drawn as", "training cases", "value", "low", "high"]]
    keys = ("x", "y", "low", "high")
    for line in figure["lines"]:
        for kind, of in (("point", line), ("curve", line["curve"])):
            points = zip(*(of[key] for key in keys), strict=True)
            rows += [[line["reader"], kind, *point] for point in points]
    return rows


def _dots(figure: dict[str, Any]) -> Rows:
    return [["reader", "mean", "difference"]] + [
        [panel["reader"], x, y]
        for panel in figure["panels"]
        for x, y in zip(panel["x"], panel["y"], strict=True)
    ]


def _curve(figure: dict[str, Any]) -> Rows:
    x, y, further = CURVES[figure["kind"]]
    keys = ("x", "y", *further)
    return [["part", "reader", x, y, *further]] + [
        [panel["part"], line["reader"], *values]
        for panel in figure["panels"]
        for line in panel["lines"]
        for values in zip(*(line[key] for key in keys), strict=True)
    ]


FIGURE_ROWS: dict[str, Callable[[dict[str, Any]], Rows]] = {
    "flow": _flow,
    "forest": _forest,
    "estimates": _estimates,
    "kaplan_meier": _kaplan_meier,
    "confusion": _confusion,
    "bland_altman": _dots,
    "calibration": _calibration,
    "learning_curve": _learning_curve,
}
# What stands on the axes, and what else each point has.
CURVES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "roc": ("1 - specificity", "sensitivity", ("low", "high", "threshold")),
    "precision_recall": ("recall", "precision", ("threshold",)),
    "decision_curve": ("threshold", "net benefit", ("low", "high")),
    "froc": ("false positives per image", "lesions found", ("low", "high")),
}
