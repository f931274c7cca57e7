"""An atlas in sentences: how much of the map is significant, and how much chance alone would bring."""

from hilum.explanation.atlas import Atlas

NAMES = {
    "uncorrected": "without correction",
    "benjamini_hochberg": "after Benjamini and Hochberg",
    "max_t": "by the largest t of permutations",
    "tfce": "by cluster enhancement (TFCE) and permutations",
}


def sentences(atlas: Atlas) -> tuple[str, ...]:
    """What an atlas shows, in words.

    Args:
        atlas: two groups compared.

    Returns:
        Sentences; one that says why where nothing was tested.

    Example:
        >>> import numpy as np
        >>> from hilum.explanation.atlas import AtlasOptions, make_atlas
        >>> from hilum.explanation.atlas_patients import GroupedMaps
        >>> groups = GroupedMaps(np.arange(24.0).reshape(6, 2, 2), np.arange(6) < 3)
        >>> sentences(make_atlas(groups, AtlasOptions(permutations=50)))[0]
        'Without correction p < 0.05 in 100.0 % of 4 pixels; about 5 % are expected by chance where the groups
        do not differ at all.'
    """
    if atlas.tests is None:
        return (
            f"With {atlas.n[0]} and {atlas.n[1]} patients nothing is tested: each group needs at least two.",
        )
    level, percent = f"{atlas.options.level:g}", f"{100 * atlas.options.level:g} %"
    tested = int(atlas.tests.student.tested.sum())
    fixed = atlas.tests.student.untested
    found = _percent(atlas.share("uncorrected"))
    said = [
        (
            f"Without correction p < {level} in {found} of {tested:,} pixels; about {percent} are expected "
            "by chance where the groups do not differ at all."
        ),
        f"Corrected for the number of pixels it is {_corrected(atlas)}.",
    ]
    if fixed:
        said.append(f"{fixed:,} pixels have one and the same value in all maps and were not tested.")
    if atlas.tests.permuted.exact:
        said.append(f"All {atlas.tests.permuted.ways:,} ways to form the groups were looked at.")
    return tuple(said)


def _corrected(atlas: Atlas) -> str:
    parts = [f"{_percent(atlas.share(way))} {NAMES[way]}" for way in ("benjamini_hochberg", "max_t", "tfce")]
    return f"{parts[0]}, {parts[1]}, and {parts[2]}"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
