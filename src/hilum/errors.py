"""Everything that can go wrong, drawn once.

```
HilumError                 wrong use, exit code 2
├── StudyFileError         the study file says something that cannot be
├── TableError             a spreadsheet lacks a column, a value cannot be read
├── FilterError            a criterion such as "age >= 18" cannot be understood
├── ImageError             an image cannot be read
├── WorkspaceError         archive, vault or quarantine cannot be used
├── PacsError              a PACS cannot be reached, refuses, or does not do what it was asked
├── CohortError            table and images do not make a cohort
├── ReadingsError          readings or truth do not have the form they must have
├── MeasureError           a statistic is not defined for these readings
├── ModelError             a model cannot be built, loaded or trusted
├── ReportError            a report cannot be made
└── SeriousFindingError    the work found something serious, exit code 1
```

Every message is one sentence a clinician understands: what was found, where, and what to do. It never holds a
patient's identifier.
"""


class HilumError(Exception):
    """The program was used in a way that cannot work; the message says what to do.

    Example:
        >>> raise HilumError("the table has no column `event`: name the column in [task]")
        Traceback (most recent call last):
        hilum.errors.HilumError: the table has no column `event`: name the column in [task]
    """

    exit_code = 2


class StudyFileError(HilumError):
    """The study file cannot be read, or says something that cannot be."""


class TableError(HilumError):
    """A table cannot be read, lacks a column, or holds a value that cannot be understood."""


class FilterError(HilumError):
    """A criterion cannot be understood or names a column that does not exist."""


class ImageError(HilumError):
    """An image cannot be read."""


class WorkspaceError(HilumError):
    """The workspace, its archive, vault or quarantine cannot be used."""


class PacsError(HilumError):
    """A PACS cannot be reached, refuses, or does not do what it was asked."""


class CohortError(HilumError):
    """Table and images do not make a cohort that the question can be asked of."""


class ReadingsError(HilumError):
    """Readings or truth do not have the form they must have."""


class MeasureError(HilumError):
    """A statistic is not defined for what it was given."""


class ModelError(HilumError):
    """A model cannot be built, loaded or trusted."""


class ReportError(HilumError):
    """A report cannot be made."""


class SeriousFindingError(HilumError):
    """The work was done and found something serious, such as patients in two parts."""

    exit_code = 1
