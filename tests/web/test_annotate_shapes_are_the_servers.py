"""The browser rasterises, merges and subtracts as the server does: both are held to the same file."""

import json
from pathlib import Path

import numpy as np

from hilum.annotation.combining import merge, subtract
from hilum.annotation.rasterising import mask_of, rasterise
from hilum.annotation.shapes import shape_from_dict, shape_to_dict

FILE = Path(__file__).resolve().parents[2] / "web" / "src" / "annotate" / "shapes.fixture.json"
ROWS, COLUMNS = 48, 64


def _shape(draw: np.random.Generator) -> dict:
    kind = draw.choice(["box", "polygon", "rings", "mask"])
    if kind == "box":
        x1, y1 = draw.uniform(0, 40), draw.uniform(0, 30)
        told = {"x1": x1, "y1": y1, "x2": x1 + draw.uniform(1, 20), "y2": y1 + draw.uniform(1, 15)}
        return {"kind": "box"} | {name: round(value * 2) / 2 for name, value in told.items()}
    if kind == "mask":
        pixels = np.zeros((ROWS, COLUMNS), dtype=np.bool_)
        x, y = draw.integers(0, 40), draw.integers(0, 30)
        pixels[y : y + 12, x : x + 16] = draw.random((12, 16)) < 0.7
        made = mask_of(pixels)
        assert made
        return shape_to_dict(made)
    rings = [_ring(draw) for _ in range(2 if kind == "rings" else 1)]
    return {"kind": "polygon" if kind == "polygon" else "freehand", "rings": rings}


def _ring(draw: np.random.Generator) -> list[list[float]]:
    points = draw.uniform((0, 0), (COLUMNS, ROWS), (draw.integers(3, 9), 2))
    # Half of the corners lie on edges and centres of pixels, where sides are decided.
    return [
        [round(value * 2) / 2 if draw.random() < 0.5 else round(value, 2) for value in point]
        for point in points
    ]


def _runs(shape) -> list[int] | None:
    mask = shape and mask_of(rasterise(shape, ROWS, COLUMNS))
    return [mask.x, mask.y, mask.width, mask.height, *mask.runs] if mask else None


def _cases() -> list[dict]:
    draw = np.random.default_rng(7)
    cases = []
    while len(cases) < 60:
        first, second = _shape(draw), _shape(draw)
        one, other = shape_from_dict(first), shape_from_dict(second)
        if _runs(one) is None or _runs(other) is None:
            continue
        merged, left = merge(one, other, ROWS, COLUMNS), subtract(one, other, ROWS, COLUMNS)
        cases.append(
            {
                "first": first,
                "second": second,
                "pixels": _runs(one),
                "merged": {"kind": merged.kind, "pixels": _runs(merged)},
                "left": {"kind": left.kind, "pixels": _runs(left)} if left else None,
            }
        )
    return cases


def test_the_file_that_the_browser_is_tested_with_is_what_the_server_makes():
    made = {"rows": ROWS, "columns": COLUMNS, "cases": json.loads(json.dumps(_cases()))}
    assert json.loads(FILE.read_text(encoding="utf-8")) == made, f"write what is made now to {FILE.name}"
