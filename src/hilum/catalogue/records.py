"""What an entry of the catalogue says."""

from dataclasses import dataclass
from typing import Literal

Better = Literal["higher", "lower", "neither"]


@dataclass(frozen=True)
class MeasureRecord:
    """One measure: what it says, which way is better, between which bounds, and what readings it needs.

    Example:
        >>> MeasureRecord("auroc", "Area.", "", "higher", 0, 1, ("score",)).better
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
        >>> MethodRecord("wilson", "Wilson's interval.", "").name
        'wilson'
    """

    name: str
    sentence: str
    reference: str


@dataclass(frozen=True)
class NamedRecord:
    """A task, model or score: its name and what it is, in one sentence.

    Example:
        >>> NamedRecord("curb65", "A score.").reference
        ''
    """

    name: str
    sentence: str
    reference: str = ""


@dataclass(frozen=True)
class WeightsRecord:
    """Pretrained weights: where they are, what they may be used for, and what they expect to be given.

    Attributes:
        source: the repository or project that gives them out.
        file: the safetensors file there; None where only other forms are given out, see `how`.
        licence: of the weights, as the source states it.
        restriction: what the licence or the training images forbid or ask for; empty = nothing beyond it.
        fetched: whether hilum may fetch them itself; otherwise they are asked for by path.
        learnt_from: the images that they were trained on.
        channels: channels of an image that they expect.
        side: rows and columns that they were trained with.
        mean: expected mean of each channel where the whole grey scale is 1; None = not stated by the source.
        deviation: the same of the standard deviation.
        sha256: of the file, where it is known; otherwise names and shapes of the layers are checked.
        how: what to do on a machine with a connection; the file is then named in the study.
    """

    source: str
    file: str | None
    licence: str
    restriction: str
    fetched: bool
    learnt_from: str
    channels: int
    side: int
    mean: tuple[float, ...] | None
    deviation: tuple[float, ...] | None
    sha256: str | None
    how: str


@dataclass(frozen=True)
class ModelRecord:
    """One architecture that a study file may name.

    Attributes:
        name: as in the study file.
        sentence: what it is.
        reference: where it was described.
        backbone: the network of timm that it is made of; None = written here.
        smallest: the smallest side of an image that it can read, in pixels.
        multiple: the side must be a multiple of this.
        sizes: sides among which a plan chooses, ascending.
        channels: channels of an image that it can be made for.
        parameters: millions of weights, for one channel and one output.
        work: thousand millions of multiplications for one image of 224 x 224 pixels.
        rate: training images a second and processor core at 224 x 224 pixels, approximately.
        map: how well a map can show where the evidence lies; `none`: the network keeps no places.
        weights: the pretrained weights that `pretrained` looks for, if there are any.

    Example:
        >>> ModelRecord("cnn", "A network.", "", None, 16, 1, (64,), (1, 3), 0.1, 0.1, 70.0, "exact").smallest
        16
    """

    name: str
    sentence: str
    reference: str
    backbone: str | None
    smallest: int
    multiple: int
    sizes: tuple[int, ...]
    channels: tuple[int, ...]
    parameters: float
    work: float
    rate: float
    map: Literal["exact", "by gradient", "of tokens", "none"]
    weights: WeightsRecord | None = None

    def unsuitable(self, side: int) -> str | None:
        """Why images of a side cannot be read, as a sentence that says what to do; None where they can.

        Example:
            >>> cnn = ModelRecord("cnn", "A network.", "", None, 16, 8, (64,), (1,), 0.1, 0.1, 70.0, "exact")
            >>> cnn.unsuitable(60)
            'cnn needs a side that is a multiple of 8 pixels, not 60: write size = 56 or 64'
        """
        if side < self.smallest:
            return (
                f"{self.name} needs images of at least {self.smallest} pixels, not {side}: choose a larger "
                "`size`"
            )
        if side % self.multiple:
            below = side // self.multiple * self.multiple
            near = [str(each) for each in (below, below + self.multiple) if each >= self.smallest]
            return (
                f"{self.name} needs a side that is a multiple of {self.multiple} pixels, not {side}: write "
                f"size = {' or '.join(near)}"
            )
        return None
