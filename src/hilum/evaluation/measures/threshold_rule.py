"""How a threshold is to be chosen, in the words in which it is asked for."""

import re
from dataclasses import dataclass
from typing import Literal

from hilum.errors import MeasureError

NUMBER = re.compile(r"^(sensitivity|specificity)\s*=\s*([0-9]*\.?[0-9]+(?:e-?[0-9]+)?)$")
READER = re.compile(r"^(sensitivity|specificity) of (\S.*)$")


@dataclass(frozen=True)
class ThresholdRule:
    """Youden's index, a share to reach, or the share that another reader reaches.

    Attributes:
        aim: What is made large, or what must be reached.
        least: The share to reach; None for Youden's index and for what another reader reaches.
        reader: The other reader, where its share is to be reached.

    Example:
        >>> ThresholdRule.parse("sensitivity=0.95")
        ThresholdRule(aim='sensitivity', least=0.95, reader=None)
    """

    aim: Literal["youden", "sensitivity", "specificity"] = "youden"
    least: float | None = None
    reader: str | None = None

    @classmethod
    def parse(cls, text: str) -> "ThresholdRule":
        """Understand `youden`, `sensitivity=0.95`, `specificity=0.9`, `sensitivity of curb65` and the like.

        Raises:
            MeasureError: the words are none of these, or the number is not a share.

        Example:
            >>> ThresholdRule.parse("specificity of curb65").reader
            'curb65'
        """
        said = text.strip()
        if said == "youden":
            return cls()
        if found := NUMBER.match(said):
            least = float(found[2])
            if least > 1:
                raise MeasureError(
                    f"the rule `{text}` asks for more than 1: write a share between 0 and 1, such as "
                    f"`{found[1]}=0.95`"
                )
            return cls(_aim(found[1]), least)
        if found := READER.match(said):
            return cls(_aim(found[1]), None, found[2].strip())
        raise MeasureError(
            f"`{text}` is no rule for a threshold: use `youden`, `sensitivity=0.95`, `specificity=0.9`, or "
            "`sensitivity of` or `specificity of` and the name of a reader"
        )


def _aim(word: str) -> Literal["sensitivity", "specificity"]:
    return "sensitivity" if word == "sensitivity" else "specificity"
