"""Cleaned SVG images, and the warnings and rejections of cleaning."""

import pytest

from badgedata.openbadges.images import clean_image
from badgedata.openbadges.rejections import SourceRejectedError
from tests.support.images import svg

RECT = '<rect width="9" height="9"/>'


def cleaned(inner: str = "", attributes: str = "") -> str:
    return clean_image(svg(inner, attributes)).content.decode()


def warning_of(inner: str, attributes: str = "") -> str:
    return " ".join(clean_image(svg(inner, attributes)).warnings)


def rejection(image: bytes) -> SourceRejectedError:
    with pytest.raises(SourceRejectedError) as rejected:
        clean_image(image)
    return rejected.value
