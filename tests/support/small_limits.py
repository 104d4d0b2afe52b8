"""Lower the product's limits, so that tests reach them without gigabytes, millions of rows, or minutes of waiting.

This is the only module that changes constants of the product. Its limits are those that no test can reach with real
data in a few seconds. They aren't parameters, because each has one correct value, and no caller except a test would
pass another one. If a test can reach a limit with real data, or with a stored count, it does so instead.
"""

from typing import Final

import pytest

_EXPORTS: Final = "badgedata.exports"
_COUNTS: Final = "badgedata.counts"

LIMITS: Final[dict[str, tuple[str, ...]]] = {
    # Megabytes in each part, page, and unit, and the minimum that the in-memory S3 enforces.
    "part_bytes": (f"{_EXPORTS}.segments.MIN_PART_BYTES", f"{_EXPORTS}.assembly.MIN_PART_BYTES"),
    "in_memory_part_bytes": ("moto.s3.models.S3_UPLOAD_PART_MIN_SIZE",),
    "delivered_part_bytes": ("badgedata.delivery.copying.MIN_PART_BYTES",),
    "delivered_part_unit_bytes": ("badgedata.delivery.copying.MIB",),
    "page_bytes": (f"{_EXPORTS}.pages.MAX_PAGE_BYTES",),
    "csv_page_bytes": (f"{_EXPORTS}.directory_tables.MIN_CSV_PAGE_BYTES",),
    "zip_unit_bytes": (f"{_EXPORTS}.zip_file.MIN_UNIT_BYTES",),
    "file_bytes": (f"{_EXPORTS}.upload.MAX_FILE_BYTES",),
    # Thousands of awards or documents in each read.
    "documents_at_once": (f"{_EXPORTS}.documents_json.MAX_RUN_ASSERTIONS",),
    "images_at_once": (f"{_EXPORTS}.documents_json.IMAGES_AT_ONCE",),
    "merged_awards": (f"{_EXPORTS}.award_queries.MAX_MERGED_ITEMS",),
    "merged_awards_of_a_badge_class": (f"{_EXPORTS}.award_queries.MIN_MERGED_ITEMS",),
    # Thousands of rows in each unit of a workbook, and a million in each sheet.
    "awards_a_unit": (f"{_EXPORTS}.award_sheet.AWARDS_A_UNIT",),
    "issuers_a_unit": (f"{_EXPORTS}.award_sheet.ISSUERS_A_UNIT",),
    "table_unit_rows": (f"{_EXPORTS}.directory_tables.MAX_SHEET_UNIT_ROWS",),
    "table_unit_bytes": (f"{_EXPORTS}.directory_tables.MIN_SHEET_UNIT_BYTES",),
    "unit_rows": (f"{_EXPORTS}.workbook.MAX_UNIT_ROWS",),
    "unit_bytes": (f"{_EXPORTS}.workbook.MAX_UNIT_BYTES",),
    "sheet_rows": (f"{_EXPORTS}.workbook.SHEET_ROWS",),
    "sheet_bytes": (f"{_EXPORTS}.workbook.SHEET_BYTES",),
    # Half a million awards, or seconds of work, until a worker splits an export or renews its lease.
    "awards_a_segment": (f"{_EXPORTS}.job.AWARDS_A_SEGMENT",),
    "split_after_seconds": (f"{_EXPORTS}.worker.SPLIT_AFTER_SECONDS",),
    "split_ways": (f"{_EXPORTS}.worker.SPLIT_WAYS",),
    "heartbeat_seconds": (f"{_EXPORTS}.worker.HEARTBEAT_SECONDS",),
    # Many pages of counts, of awards that a count query reads, and of awards to re-bake.
    "count_item_bytes": (f"{_COUNTS}.stored.MAX_ITEM_BYTES",),
    "recount_share_awards": (f"{_COUNTS}.recounted._SHARE_OF_AWARDS",),
    "awards_a_count_query": (f"{_COUNTS}.totals.AWARDS_A_PAGE",),
    "resync_page_awards": ("badgedata.resync.worker.MAX_PAGE_AWARDS",),
    # Hundreds of records in each read, transaction, and page of a list, which take seconds to create in memory.
    "exports_read_at_once": ("functions.api.api.routes.exports.READ_AT_ONCE",),
    "transaction_writes": ("badgedata.records.transactions.MAX_WRITES",),
    "searched_records": ("functions.api.api.http.pages.MAX_SEARCHED",),
    # Concurrent threads: with one, calls have a fixed order, so a fault can hit the nth call.
    "count_writers": (f"{_COUNTS}.stream._WRITERS",),
    "delivered_parts_at_once": ("badgedata.delivery.copying.PARTS_AT_ONCE",),
    "bakers": ("badgedata.resync.baking.MAX_CONCURRENT_AWARDS",),
    # Real time: timeouts of calls, and the time that SQS waits, even in memory.
    "connect_seconds": (f"{_EXPORTS}.raw_queries.CONNECT_SECONDS",),
    "read_seconds": (f"{_EXPORTS}.raw_queries.READ_SECONDS",),
    "dead_letter_wait_seconds": ("operations.dead_letters.WAIT_SECONDS",),
    "dead_letter_visibility_seconds": ("operations.dead_letters.VISIBILITY_TIMEOUT_SECONDS",),
}
"""Each limit's name here, and the constants that it changes."""


def lower_limits(patch: pytest.MonkeyPatch, **limits: float) -> None:
    """Lower limits until the patch is undone.

    Parameters
    ----------
    limits
        Names from `LIMITS`, with their values.
    """
    for name, value in limits.items():
        for constant in LIMITS[name]:
            patch.setattr(constant, value)
