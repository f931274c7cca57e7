"""Where enhanced, multi-frame objects keep what ordinary ones keep at the top (PS3.3 section C.7.6.16)."""

from pydicom.dataset import Dataset

from hilum.dicom.attributes import items


def frame_group(dataset: Dataset, keyword: str, frame: int) -> Dataset | None:
    """Return the functional group of a frame: its own, else the shared one, else None.

    Args:
        dataset: the whole data set.
        keyword: the group's sequence, such as `PixelMeasuresSequence`.
        frame: counted from 0.

    Example:
        >>> frame_group(Dataset(), "PixelMeasuresSequence", 0) is None
        True
    """
    frames = items(dataset, "PerFrameFunctionalGroupsSequence")
    own = frames[frame : frame + 1]
    for place in (*own, *items(dataset, "SharedFunctionalGroupsSequence")[:1]):
        group = items(place, keyword)
        if group:
            return group[0]
    return None


def has_frame_groups(dataset: Dataset, keyword: str) -> bool:
    """Tell whether any frame has a functional group of its own.

    Example:
        >>> has_frame_groups(Dataset(), "FrameVOILUTSequence")
        False
    """
    return any(items(place, keyword) for place in items(dataset, "PerFrameFunctionalGroupsSequence"))
