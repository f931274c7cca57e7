"""What the page that looks inside a network says of each step, in a clinician's words."""

from hilum.explanation.inside_by_hand import ByHand, Check
from hilum.explanation.inside_layers import ACTIVATION, CONVOLUTION, NORMALISATION, Layer
from hilum.explanation.inside_learning import Step
from hilum.explanation.inside_output import Answer
from hilum.reporting.format import MINUS, count

_CLOSE = 1e-4


def told(value: float, digits: int = 4) -> str:
    """A number with as many digits as matter, a true minus sign, no exponent unless it must be.

    Example:
        >>> told(-0.1234567), told(0.0), told(1234.5), told(0.0000012)
        ('\N{MINUS SIGN}0.1235', '0', '1234', '1.2e\N{MINUS SIGN}06')
    """
    if value == 0:
        return "0"
    text = f"{value:.{digits}g}" if abs(value) < 10**digits else f"{value:.0f}"
    if abs(value) < 1e-4:
        text = f"{value:.1e}"
    return text.replace("-", MINUS)


def about_layer(layer: Layer) -> str:
    """What a layer did, and how its picture is to be read.

    Example:
        >>> import numpy as np
        >>> maps = np.zeros((1, 2, 2), np.float32)
        >>> layer = Layer("a", "activation", "ReLU", 1, (1, 2, 2), 0, 1, 0.5, (0,), maps)
        >>> about_layer(layer).split(":")[0]
        'Everything below 0 became 0'
    """
    maps, rows, columns = layer.shape
    size = (
        f"{count(maps)} maps of {rows} \u00d7 {columns} values, from {told(layer.low)} to {told(layer.high)}"
    )
    shown = "" if len(layer.shown) == maps else f"; the {len(layer.shown)} that vary most are shown"
    return f"{_did(layer)}: {size}{shown}. {_colours(layer)}"


def _did(layer: Layer) -> str:
    if layer.kind == CONVOLUTION:
        return "Each kernel moved over what came before; its map tells how alike every place is to it"
    if layer.kind == NORMALISATION:
        return "Each map was brought to the mean and spread that the network learnt for it"
    if layer.kind == ACTIVATION and layer.what == "ReLU":
        return f"Everything below 0 became 0: {100 * layer.zeros:.0f} % of all values are 0 now"
    if layer.kind == ACTIVATION:
        return f"{layer.what} pressed what is below 0 towards 0"
    how = "largest value" if layer.what == "max pooling" else "mean"
    return f"Of every block of neighbouring values only the {how} was kept, so that the maps are smaller"


def _colours(layer: Layer) -> str:
    if layer.maps.min() < 0:
        return "Blue is below 0, white 0, vermilion above."
    return "Black is 0, white the largest value."


def about_by_hand(found: ByHand) -> list[str]:
    """The sum at one place, and how the network's own numbers compare."""
    first = (
        f"Kernel {found.kernel + 1}, at row {found.row + 1}, column {found.column + 1} of its map, where the "
        "image under it changes most: window times kernel, added up, and the bias of "
        f"{told(found.bias)} give {told(found.value, 6)}; the network has {told(found.own, 6)}."
    )
    return [first, *(_about_check(check) for check in found.checks)]


def _about_check(check: Check) -> str:
    same = check.difference <= _CLOSE * max(check.size, 1.0)
    verdict = "the same but for rounding" if same else "NOT the same"
    return (
        f"The whole map after {check.what}, computed by hand: {verdict} (largest difference "
        f"{told(check.difference, 2)})."
    )


def about_answer(answer: Answer) -> list[str]:
    """From the last numbers to what `hilum predict` says."""
    first = (
        f"{count(answer.features)} numbers come into the last layer. Each is multiplied by its weight; all "
        f"products and the bias added up give z = {told(answer.total, 5)} for {answer.name}."
    )
    readings = ", ".join(f"{name} {told(value)}" for name, value in answer.readings.items())
    if answer.squashed and len(answer.readings) == 1:
        readings += f", the probability of {answer.name}"
    return [first, *_about_squashed(answer), f"This network alone reads: {readings}.", *_about_shift(answer)]


def _about_squashed(answer: Answer) -> list[str]:
    if not answer.squashed:
        return []
    how = "1 / (1 + e^\N{MINUS SIGN}z)" if answer.squash == "sigmoid" else "its share of all e^z"
    sentence = (
        f"The {answer.squash} turns z = {told(answer.total, 5)} into {told(answer.squashed[answer.place])}: "
        f"{how}, a number between 0 and 1."
    )
    return [sentence]


def _about_shift(answer: Answer) -> list[str]:
    if not answer.squashed:
        return []
    squashed = answer.squashed[answer.place]
    if any(abs(squashed - value) <= _CLOSE for value in answer.readings.values()):
        return []
    sentence = (
        "The reading differs from that number because training showed the classes more or less often than "
        "they occur, and the reading is set back to how often they do."
    )
    return [sentence]


def about_step(step: Step) -> list[str]:
    """The loss before and after."""
    change = step.loss_after - step.loss_before
    first = (
        f"The truth is {step.truth}. The loss, which is 0 where the network is sure and right and grows the "
        f"surer it is of something wrong, is {told(step.loss_before, 6)}."
    )
    how = (
        "Back-propagation works out, from the last layer to the first, by how much the loss would rise if "
        "each weight rose: its gradient. A step of learning takes from each weight its gradient times the "
        f"learning rate, here {told(step.learning_rate)}."
    )
    then = (
        f"After {count(step.weights)} weights made that step, the loss is {told(step.loss_after, 6)}, "
        f"{told(abs(change), 3)} {'lower' if change < 0 else 'higher'}."
    )
    rose = ["It rose: the step was too long. A smaller learning rate makes it fall."] if change > 0 else []
    last = (
        "Training does this for many images at a time, with an optimiser that scales each weight's step; "
        "here is one plain step on one image, on a copy. The model itself was not changed."
    )
    return [first, how, then, *rose, last]
