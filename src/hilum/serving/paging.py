"""Lists in pages: `?after=<cursor>&limit=<number>`, answered with items, the next cursor and the total."""

from typing import Annotated

from fastapi import Query

Limit = Annotated[int, Query(ge=1, le=200, description="How many items at most.")]
AfterNumber = Annotated[
    int, Query(ge=0, le=2**31 - 1, description="`next` of the page before; 0 for the first page.")
]
