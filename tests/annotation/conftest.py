"""What the tests of annotation share."""

import shutil

import pytest


@pytest.fixture
def dciodvfy_or_none():
    """The validator of DICOM objects where it is installed."""
    return shutil.which("dciodvfy")
