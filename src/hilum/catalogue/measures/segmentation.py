"""Measures of outlines against true outlines."""

from hilum.catalogue.records import MeasureRecord

_MASKS = ("masks",)
_SPACE = ("masks on a grid in mm",)
_PATIENTS = " Images of one patient are averaged first, then patients."
_HD95 = (
    "The larger of the two directions' 95th percentiles of distance between boundary voxels, in mm; 0 where "
    "both outlines are empty, not defined and left out where only one is."
)
_NSD = (
    "Share of both boundaries' voxels that lie within the tolerance of the other boundary; 1 where both "
    "outlines are empty, 0 where only one is."
)
_DICE = (
    "Overlap of voxels, 2 TP / ((TP + FP) + (TP + FN)); 1 where both outlines are empty, 0 where only one is."
)

MEASURES: tuple[MeasureRecord, ...] = (
    MeasureRecord("dice", _DICE + _PATIENTS, "Dice, Ecology 1945", "higher", 0.0, 1.0, _MASKS),
    MeasureRecord(
        "dice_median", "Median over patients of `dice`.", "Dice, Ecology 1945", "higher", 0.0, 1.0, _MASKS
    ),
    MeasureRecord(
        "hd95",
        _HD95 + _PATIENTS,
        "Huttenlocher et al., IEEE TPAMI 1993; Maier-Hein et al., Nature Methods 2024",
        "lower",
        0.0,
        None,
        _MASKS,
    ),
    MeasureRecord(
        "hd95_median",
        "Median over patients of `hd95`.",
        "Huttenlocher et al., IEEE TPAMI 1993",
        "lower",
        0.0,
        None,
        _MASKS,
    ),
    MeasureRecord(
        "nsd",
        _NSD + _PATIENTS,
        "Nikolov et al., Journal of Medical Internet Research 2021",
        "higher",
        0.0,
        1.0,
        _MASKS,
    ),
    MeasureRecord(
        "nsd_median",
        "Median over patients of `nsd`.",
        "Nikolov et al., Journal of Medical Internet Research 2021",
        "higher",
        0.0,
        1.0,
        _MASKS,
    ),
    MeasureRecord(
        "voxel_sensitivity",
        "Share of the true voxels that are outlined, where there are any." + _PATIENTS,
        "Taha & Hanbury, BMC Medical Imaging 2015",
        "higher",
        0.0,
        1.0,
        _MASKS,
    ),
    MeasureRecord(
        "voxel_specificity",
        "Share of the other voxels that are not outlined; it grows with the margin of the image." + _PATIENTS,
        "Taha & Hanbury, BMC Medical Imaging 2015",
        "higher",
        0.0,
        1.0,
        _MASKS,
    ),
    MeasureRecord(
        "volume",
        "Volume of the reader's outlines in ml." + _PATIENTS,
        "Taha & Hanbury, BMC Medical Imaging 2015",
        "neither",
        0.0,
        None,
        _SPACE,
    ),
    MeasureRecord(
        "volume_difference",
        "Volume of the reader's outlines less that of the true ones, in ml; 0 is ideal." + _PATIENTS,
        "Taha & Hanbury, BMC Medical Imaging 2015",
        "neither",
        None,
        None,
        _SPACE,
    ),
)
