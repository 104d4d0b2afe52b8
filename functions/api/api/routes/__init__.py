"""The API's routes, one module for each resource."""

from typing import Final

from . import award_counts, directory, exports, public, public_images, replacements, schedules

ROUTERS: Final = tuple(
    module.router for module in (directory, award_counts, exports, schedules, replacements, public, public_images)
)
"""In the order of the OpenAPI document."""
