"""The sentences that the code can say to people, gathered from the code itself."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from hilum.archive.series import SERIES_DEFECTS

SOURCE = Path(__file__).resolve().parents[2] / "src" / "hilum"

ERRORS = frozenset(
    node.name
    for node in ast.parse((SOURCE / "errors.py").read_text(encoding="utf-8")).body
    if isinstance(node, ast.ClassDef)
)
SAYS: Mapping[str, tuple[int | str, ...]] = {
    **dict.fromkeys(ERRORS, (0,)),
    "Refusal": (1, "sentence"),
    "answer": (1, "sentence"),
    "sentence_page": (1, 2, "title", "sentence"),
    "Finding": ("text", 2),
    "FlowStep": ("rule", 0),
    "SeriesDefect": ("sentence", 1),
    "DefectFound": ("sentence", 1),
    "Verdict": ("reason", 1),
    "Criterion": ("sentence", 3),
    "Difference": ("sentence", 2),
    "Defect": ("sentence", 2),
    "Rule": ("name", "sentence", "reference", 0, 1, 2),
    "CheckFound": ("sentence", 1),
    "QuarantineEntry": ("detail",),
    "Check": ("sentence",),
    "Translated": ("note",),
    "Classes": ("note",),
    "Settled": ("sentence",),
}
"""Whose arguments are sentences for people: which of them, by place or by name."""

WHOLLY = (
    "annotation/combining.py",
    "annotation/marking_check.py",
    "annotation/passes.py",
    "annotation/shapes.py",
    "annotation/tree_files.py",
    "archive/criteria_checks.py",
    "archive/guideline_reading.py",
    "archive/leaves.py",
    "archive/series_distances.py",
    "archive/series_lacks.py",
    "archive/series_mixtures.py",
    "deid/acceptance.py",
    "deid/blanking_decision.py",
    "deid/vault_chain.py",
    "dicom/placing.py",
    "dicom/structure.py",
    "pacs/association.py",
    "pacs/echo.py",
    "pacs/web.py",
    "serving/annotation_flow.py",
    "serving/annotation_people.py",
    "serving/annotation_proposals.py",
    "serving/annotation_training.py",
    "serving/jobs/work.py",
    "serving/proposing/making.py",
)
"""Files whose every text of several words is for people, or stands inside what is."""

_NAMES = frozenset(defect.name for defect in SERIES_DEFECTS)
_NOT_SAID = re.compile(r"%s|Dataset \\| None|Bearer |ISO_IR|^, encrypted$|^nothing to do$")
"""Texts of those files that are for the program."""

_LETTERS = re.compile(r"[A-Za-z]{3}")
_ANY = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True)
class Said:
    """A sentence of the code.

    Attributes:
        room: the package, such as `cohorts`.
        place: file and line.
        template: with `{}` for every value.
    """

    room: str
    place: str
    template: str


def shape(template: str) -> str:
    """A template without the names of its values; values that touch are one."""
    return re.sub(r"(\{\})+", "{}", _ANY.sub("{}", template))


def sentences_of(room: str) -> list[Said]:
    """All sentences that a room can say, each once."""
    place = SOURCE / room
    files = sorted(place.rglob("*.py")) if place.is_dir() else [SOURCE / f"{room}.py"]
    found: dict[str, Said] = {}
    for file in files:
        if "korean" in file.parts:
            continue
        tree = ast.parse(file.read_text(encoding="utf-8"))
        read = _File(tree)
        whole = read.everything() if str(file.relative_to(SOURCE)) in WHOLLY else ()
        for line, template in (*read.said(), *whole):
            if _LETTERS.search(_ANY.sub("", template)):
                where = f"{file.relative_to(SOURCE)}:{line}"
                found.setdefault(shape(template), Said(room, where, template))
    return list(found.values())


class _File:
    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.functions = {
            node.name: node
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }
        self.scopes: dict[int, ast.AST] = {}
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                for node in ast.walk(function):
                    self.scopes[id(node)] = function

    def said(self) -> Iterator[tuple[int, str]]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                for argument in _said_by(node):
                    for template in self.texts(argument, self.scopes.get(id(node)), 0):
                        yield node.lineno, template

    def everything(self) -> Iterator[tuple[int, str]]:
        """Every text of several words that stands in the file outside of docstrings."""
        inside = {
            id(part)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Expr | ast.JoinedStr | ast.arg | ast.Raise)
            for part in ast.walk(node)
            if part is not node
        }
        for node in ast.walk(self.tree):
            if id(node) not in inside and isinstance(node, ast.Constant | ast.JoinedStr):
                for template in self.texts(node, None, 3)[:1]:
                    if " " in template.strip() and template not in _NAMES and not _NOT_SAID.search(template):
                        yield node.lineno, template

    def texts(self, node: ast.expr, scope: ast.AST | None, depth: int) -> list[str]:
        """The texts that an expression can be; its values that are words of the code come beside it."""
        if depth > 6:
            return []
        match node:
            case ast.Constant(value=str(text)):
                return [text]
            case ast.JoinedStr(values=values):
                return self._joined(values, scope, depth)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return [
                    one + other
                    for one in self.texts(left, scope, depth + 1) or ["{}"]
                    for other in self.texts(right, scope, depth + 1) or ["{}"]
                ]
            case ast.IfExp(body=body, orelse=orelse):
                return self.texts(body, scope, depth + 1) + self.texts(orelse, scope, depth + 1)
            case ast.BoolOp(values=values):
                return [text for one in values for text in self.texts(one, scope, depth + 1)]
            case ast.Name(id=name):
                assigned = self._assigned(name, scope)
                return [text for one in assigned for text in self.texts(one, scope, depth + 1)]
            case ast.Subscript(value=ast.Name(id=name)):
                return [
                    text
                    for one in self._assigned(name, scope)
                    if isinstance(one, ast.Dict)
                    for value in one.values
                    for text in self.texts(value, None, depth + 1)
                ]
            case ast.Call(func=ast.Name(id=name)) if name in self.functions:
                return self._returned(self.functions[name], depth)
        return []

    def _joined(self, values: list[ast.expr], scope: ast.AST | None, depth: int) -> list[str]:
        whole, beside = "", []
        for value in values:
            if isinstance(value, ast.Constant):
                whole += str(value.value)
            elif isinstance(value, ast.FormattedValue):
                whole += "{" + re.sub(r"[{}]", "", ast.unparse(value.value)) + "}"
                if depth < 3:
                    beside += self.texts(value.value, scope, depth + 2)
        return [whole, *beside]

    def _assigned(self, name: str, scope: ast.AST | None) -> list[ast.expr]:
        found = _assignments(scope, name) if scope is not None else []
        return found or _assignments(self.tree, name, nested=False)

    def _returned(self, function: ast.FunctionDef | ast.AsyncFunctionDef, depth: int) -> list[str]:
        found = []
        for node in ast.walk(function):
            if isinstance(node, ast.Return | ast.Yield) and node.value is not None:
                found += self.texts(node.value, function, depth + 1)
        return found


def _said_by(call: ast.Call) -> list[ast.expr]:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    wanted = SAYS.get(name, ())
    given = [call.args[place] for place in wanted if isinstance(place, int) and place < len(call.args)]
    return given + [keyword.value for keyword in call.keywords if keyword.arg in wanted]


def _assignments(scope: ast.AST, name: str, *, nested: bool = True) -> list[ast.expr]:
    nodes = ast.walk(scope) if nested else iter(getattr(scope, "body", []))
    found: list[ast.expr] = []
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                found.append(value)
            case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value) if target == name:
                found.append(value)
            case ast.AugAssign(target=ast.Name(id=target), value=value) if target == name:
                found.append(value)
    return found
