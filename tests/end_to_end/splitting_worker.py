"""The deployed export worker, except that it splits immediately. Run it with the function's settings and role.

python -m tests.end_to_end.splitting_worker EXPORT_ID
"""

import sys

import pytest

from operations.deployment import make_domain_importable

make_domain_importable()

from badgedata.exports import worker  # noqa: E402 - the settings must be set first
from tests.support.query_pages import limit_query_pages  # noqa: E402
from tests.support.small_limits import lower_limits  # noqa: E402

if __name__ == "__main__":
    patch = pytest.MonkeyPatch()
    lower_limits(patch, split_after_seconds=0.0)
    limit_query_pages(20, patch)
    print(worker.run(sys.argv[1], "", lambda: 900.0))
