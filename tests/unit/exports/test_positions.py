"""Positions keep the format of earlier versions, because deployments are upgraded with exports in progress."""

import pytest

from badgedata.exports.award_selection import AwardPosition
from badgedata.exports.directory_tables import TablePosition
from badgedata.exports.documents_json import JsonPosition
from badgedata.exports.pages import Position
from badgedata.exports.workbook import Sheet, WorkbookPosition
from badgedata.exports.zip_file import ZipPosition

STORED: list[tuple[Position | AwardPosition, str]] = [
    (AwardPosition("ISS", "2026-01-01T09:00:00.000000Z#A1"), "ISS 2026-01-01T09:00:00.000000Z#A1"),
    (AwardPosition("ISS"), "ISS "),
    (TablePosition("G1", "L1", 3, "ISS", 2), '["G1","L1",3,"ISS",2]'),
    (JsonPosition(1, "BC-1"), '[1,"BC-1",null,null]'),
    (JsonPosition(1, "BC-1", "A1", {"assertions": 7}), '[1,"BC-1","A1",{"assertions":7}]'),
    (
        WorkbookPosition("ISS 2026-01-01T09:00:00.000000Z#A1", 2, (Sheet(746, 3, 70, 50, 7),)),
        '["ISS 2026-01-01T09:00:00.000000Z#A1",2,[[746,3,70,50,7]],"",false]',
    ),
    (WorkbookPosition("ISS ", units=bytes(16)), '["ISS ",0,[],"AAAAAAAAAAAAAAAAAAAAAA==",false]'),
    (ZipPosition('[0,"",null]', 70, 50, 7, has_zip64_header=False), '["[0,\\"\\",null]",70,50,7,false,false]'),
]


@pytest.mark.parametrize(("position", "text"), STORED, ids=[text for _, text in STORED])
def test_export_positions_keep_the_format_of_earlier_versions(position: Position | AwardPosition, text: str) -> None:
    assert position.encode() == text
    assert type(position).decode(text) == position


def test_zip_started_by_version_0_1_0_keeps_its_zip64_header() -> None:
    assert ZipPosition.decode('["[0,\\"\\",null]",70,50,7,false]').has_zip64_header


def test_export_positions_from_version_0_1_0_are_read_without_counts() -> None:
    assert TablePosition.decode('["G1","L1",3]') == TablePosition("G1", "L1", 3)
    assert TablePosition.decode('["G1","L1",3]').subjects_so_far is None
    assert JsonPosition.decode('[1,"BC-1","A1"]') == JsonPosition(1, "BC-1", "A1")
