"""The deployed export worker, except that it splits immediately. Run it with the function's settings and role.

python -m tests.end_to_end.splitting_worker EXPORT_ID
"""

import sys

from operations.deployment import make_domain_importable

make_domain_importable()

from badgedata.exports import award_queries, worker  # noqa: E402 - the settings must be set first

if __name__ == "__main__":
    worker.SPLIT_AFTER_SECONDS = 0.0
    award_queries.ITEMS_A_PAGE = 20
    print(worker.run(sys.argv[1], "", lambda: 900.0))
