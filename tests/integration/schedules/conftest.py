"""Three organizations in memory, with people in every role, as in the tests of the API."""

from tests.integration.api.conftest import organizations, organizations_to_read

__all__ = ["organizations", "organizations_to_read"]
