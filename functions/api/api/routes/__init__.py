"""The API's routes, with one module per resource."""

from typing import Final

from . import (
    award_counts,
    destinations,
    directory,
    exports,
    image_resyncs,
    public,
    public_images,
    replacements,
    schedules,
    tokens,
    trail,
)

_MODULES: Final = (
    directory,
    award_counts,
    exports,
    schedules,
    destinations,
    replacements,
    image_resyncs,
    tokens,
    trail,
    public,
    public_images,
)

ROUTERS: Final = tuple(module.router for module in _MODULES)
"""The routers of all modules, in the order of the OpenAPI document."""
