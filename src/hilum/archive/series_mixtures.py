"""Defects of series in which things are together that do not belong together."""

from collections import Counter
from collections.abc import Callable, Sequence

from hilum.archive.series_defects import Found, SeriesDefect, counted
from hilum.archive.series_geometry import Arrangement
from hilum.archive.series_slice import APART, CERTAIN, VOLUMES, Slice

_MOST_ACQUISITIONS = 4
"""More acquisition numbers than these in places of their own are the steps of a step-and-shoot scan."""


def _localiser(slices: Sequence[Slice], _arrangement: Arrangement) -> Found | None:
    planned = tuple(one for one in slices if one.is_localiser)
    if not planned or len(planned) == len(slices):
        return None
    return f"{counted(len(planned), 'overview image')} (localiser, scout) among the slices", planned


def _acquisitions(slices: Sequence[Slice], arrangement: Arrangement) -> Found | None:
    if arrangement.apart:
        stacks = arrangement.stacks
        return (
            f"{len(stacks)} {APART[arrangement.apart]} in one series, told apart by {arrangement.apart}",
            tuple(one for stack in stacks for one in stack.slices),
        )
    for word in (*sorted(CERTAIN), "AcquisitionNumber"):
        counts = Counter(one.apart.get(word, "") for one in slices)
        several = len(counts) > 1 and "" not in counts
        steps = word not in CERTAIN and (len(counts) > _MOST_ACQUISITIONS or min(counts.values()) < 2)
        if several and not steps:
            sentence = f"{len(counts)} {APART[word]} in one series, told apart by {word}"
            return sentence, _fewer(slices, _apart(word))
    return None


def _apart(word: str) -> Callable[[Slice], object]:
    return lambda one: one.apart.get(word, "")


def _same(word: str, what: str, modalities: frozenset[str] | None = None) -> Callable[..., Found | None]:
    def find(slices: Sequence[Slice], _arrangement: Arrangement) -> Found | None:
        asked = [one for one in slices if modalities is None or one.modality in modalities]
        return _differing(asked, lambda one: one.same.get(word, ""), what)

    return find


def _of(value: Callable[[Slice], object], what: str) -> Callable[..., Found | None]:
    return lambda slices, _arrangement: _differing(slices, value, what)


def _image_type(slices: Sequence[Slice], _arrangement: Arrangement) -> Found | None:
    return _differing(slices, lambda one: one.image_type[:2], "kinds of image (ImageType)")


def _rescale(slices: Sequence[Slice], _arrangement: Arrangement) -> Found | None:
    """PET and MR may scale each slice by itself (PS3.3 section C.8.9.4); CT is in Hounsfield units."""
    asked = [one for one in slices if one.modality == "CT"]
    words = ("RescaleSlope", "RescaleIntercept", "RescaleType")
    return _differing(asked, lambda one: tuple(one.same.get(word, "") for word in words), "rescalings")


def _orientation(_slices: Sequence[Slice], arrangement: Arrangement) -> Found | None:
    if not arrangement.turned:
        return None
    return (
        f"{counted(len(arrangement.turned), 'slice')} of another direction than the others",
        arrangement.turned,
    )


def _pixels(slices: Sequence[Slice], _arrangement: Arrangement) -> Found | None:
    words = ("BitsStored", "PixelRepresentation")
    return _differing(
        slices, lambda one: tuple(one.same.get(word, "") for word in words), "kinds of stored number"
    )


def _differing(slices: Sequence[Slice], value: Callable[[Slice], object], what: str) -> Found | None:
    """Values that differ where they are given; slices that lack them are another defect."""
    given = [one for one in slices if value(one) not in ("", (), None) and value(one) != ("", "")]
    different = len({value(one) for one in given})
    if different < 2:
        return None
    return f"{different} different {what} in one series", _fewer(given, value)


def _fewer(slices: Sequence[Slice], value: Callable[[Slice], object]) -> tuple[Slice, ...]:
    """The slices that are not like most."""
    counts = Counter(value(one) for one in slices)
    usual = min(counts, key=lambda one: (-counts[one], str(one)))
    return tuple(one for one in slices if value(one) != usual)


def _rounded(values: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(round(value, 4) for value in values)


MIXTURES = (
    SeriesDefect("several patients", "Slices of several patients.", True, _same("PatientID", "patients")),
    SeriesDefect("several studies", "Slices of several studies.", True, _same("StudyInstanceUID", "studies")),
    SeriesDefect("mixed modality", "Slices of several modalities.", True, _same("Modality", "modalities")),
    SeriesDefect("localiser inside", "An overview image lies among the slices.", False, _localiser),
    SeriesDefect("mixed acquisition", "Several phases, echoes or time points.", True, _acquisitions),
    SeriesDefect(
        "mixed image type", "Original and derived, or primary and secondary images.", True, _image_type
    ),
    SeriesDefect(
        "mixed frame of reference",
        "Slices of several coordinate systems.",
        True,
        _same("FrameOfReferenceUID", "frames of reference"),
    ),
    SeriesDefect("mixed orientation", "Slices of several directions.", True, _orientation),
    SeriesDefect(
        "mixed patient position",
        "Lying differently.",
        True,
        _same("PatientPosition", "positions of the patient"),
    ),
    SeriesDefect(
        "mixed thickness",
        "Slices of several thicknesses.",
        True,
        _of(lambda one: None if one.thickness is None else round(one.thickness, 4), "thicknesses"),
    ),
    SeriesDefect(
        "mixed pixel spacing",
        "Slices of several pixel spacings.",
        True,
        _of(lambda one: _rounded(one.spacing), "pixel spacings"),
    ),
    SeriesDefect("mixed size", "Slices of several sizes.", True, _of(lambda one: one.size, "sizes")),
    SeriesDefect("mixed rescale", "Values of CT mean different things.", False, _rescale),
    SeriesDefect("mixed units", "Values mean different things.", True, _same("Units", "units", VOLUMES)),
    SeriesDefect("mixed kind of number", "Signed and unsigned, or several bit depths.", False, _pixels),
    SeriesDefect(
        "mixed photometric interpretation",
        "Black is black in some slices and white in others, or some are in colour.",
        True,
        _same("PhotometricInterpretation", "photometric interpretations"),
    ),
    SeriesDefect(
        "mixed transfer syntax",
        "Slices are compressed differently.",
        False,
        _same("TransferSyntaxUID", "transfer syntaxes"),
    ),
    SeriesDefect(
        "mixed kernel", "Sharp and soft reconstructions.", True, _same("ConvolutionKernel", "kernels")
    ),
)
"""Defects of series that hold what does not belong together."""
