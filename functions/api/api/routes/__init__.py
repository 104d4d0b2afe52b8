"""The API's routes, with one module per resource."""

from typing import Final

from . import award_counts, directory, exports, public, public_images, replacements, schedules

ROUTERS: Final = tuple(
    module.router for module in (directory, award_counts, exports, schedules, replacements, public, public_images)
)
"""The route modules, in the order of the OpenAPI document."""
