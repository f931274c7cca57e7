"""Columns with the risk by a year, under the name that they have by days."""

import re

import pandas as pd

from hilum.errors import ReadingsError
from hilum.study.tasks import days_of_years

_IN_YEARS = re.compile(r"^risk_(\d+(?:\.\d+)?)y$")


def risk_column_in_days(column: str) -> str:
    """`risk_5y` as `risk_1826d`; any other name as it is.

    Example:
        >>> risk_column_in_days("risk_5y"), risk_column_in_days("risk_30d"), risk_column_in_days("risk")
        ('risk_1826d', 'risk_30d', 'risk')
    """
    years = _IN_YEARS.match(column)
    return f"risk_{days_of_years(float(years[1])):g}d" if years else column


def with_risks_in_days(table: pd.DataFrame) -> pd.DataFrame:
    """A table whose risks by years are named by days.

    Raises:
        ReadingsError: two columns hold the risk by one day.

    Example:
        >>> list(with_risks_in_days(pd.DataFrame({"case": ["a"], "risk_2y": [0.1]})))
        ['case', 'risk_730d']
    """
    names = {str(column): risk_column_in_days(str(column)) for column in table.columns}
    for column, day in names.items():
        same = [other for other in names if names[other] == day]
        if len(same) > 1 and column != day:
            raise ReadingsError(
                f"the readings have two columns with the risk by one day, `{same[0]}` and `{same[1]}`: "
                "remove one of them"
            )
    return table.rename(columns=names)
