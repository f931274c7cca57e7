"""Whether the server answers."""

from importlib.metadata import version
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

router = APIRouter(prefix="/api/health", tags=["health"])


class Health(BaseModel):
    """That the server answers."""

    status: Literal["ok"] = "ok"
    version: str


@router.get("")
def read_health() -> Health:
    """Say that the server answers; nobody needs to be signed in."""
    return Health(version=version("hilum"))
