"""Three in-memory organizations with people in every role, as in the API tests."""

from tests.integration.api.conftest import organizations, organizations_to_read

__all__ = ["organizations", "organizations_to_read"]
