"""Tenants with every kind of data that a tenant can have, and a dump of all stored data."""

import json
from datetime import timedelta
from typing import Any

from badgedata import aws, clock
from badgedata.config import config
from operations.loading.load import load
from operations.loading.reading import read_document
from tests.support.api_client import Answer, Person
from tests.support.images import data_uri, gray_png
from tests.support.invocations import process_queue
from tests.support.replacing import Queue
from tests.support.small_documents import Json, organization_document

type Stored = dict[str, Any]
"""All stored data, by table or bucket and key."""

SHARED_IMAGE = gray_png(1)
AWARDS = 12


class Tenant:
    """An organization ``<name>``, its issuer ``<name>-ISS``, badge class ``<name>-BC``, group, pathway, and people."""

    def __init__(self, name: str, gray: int) -> None:
        self.name = name
        self.gray = gray
        self.admin = Person(f"admin@{name.lower()}.example.org")
        self.issuer = f"{name}-ISS"
        self.badge_class = f"{name}-BC"

    def document(self) -> Json:
        """Return an organization document, whose badge class has an image that other tenants also use."""
        document: Json = json.loads(json.dumps(organization_document()).replace("/ISS", f"/{self.issuer}"))
        document["organization"]["entityId"] = self.name
        document["members"] = [
            {"email": self.admin.email, "role": "admin"},
            {"email": self.admin.email, "role": "owner", "issuer": self.issuer},
            {"email": "everywhere@example.org", "role": "staff", "issuer": self.issuer},
        ]
        issuer = document["issuers"][0]
        issuer["issuer"] |= {"entityId": self.issuer, "image": data_uri(gray_png(self.gray))}
        badge_class = issuer["badgeClasses"][0]
        badge_class |= {"entityId": self.badge_class, "issuer": None, "image": data_uri(SHARED_IMAGE)}
        award = badge_class["assertions"][0] | {"badge": None, "revoked": False}
        del award["revocationReason"]
        badge_class["assertions"] = [award | {"entityId": f"{self.name}-A{n:03}"} for n in range(AWARDS)]
        badge_class["assertions"][0]["image"] = data_uri(gray_png(self.gray + 1))
        alignment, progress = issuer["recipientGroups"][0]["alignments"][0], issuer["recipientGroups"][0]["learners"]
        alignment["entityId"] = self.badge_class
        progress[0]["id"] = self.admin.email
        return document

    def create_everything(self) -> None:
        """Create every kind of data: exports, schedules, replacements, and a re-sync."""
        load(read_document(json.dumps(self.document()).encode()))
        for path, body in (
            (f"/organizations/{self.name}/exports", {"kind": "awards"}),
            (f"/issuers/{self.issuer}/exports", {"kind": "issuer", "includeBadgeClasses": True}),
            (f"/badge-classes/{self.badge_class}/exports", {"kind": "badge-class"}),
        ):
            accepted(self.admin.post(path, body, headers={"Idempotency-Key": path}))
        process_queue()
        for scope in ({"organizationId": self.name}, {"issuerId": self.issuer}):
            schedule = {"name": "Weekly", "export": scope | {"kind": "awards"}, "expression": "rate(7 days)"}
            accepted(self.admin.post("/schedules", schedule))
        expiry = clock.to_the_second(clock.now() + timedelta(days=30))
        for limits in ({"role": "admin"}, {"role": "staff", "issuerId": self.issuer}):
            token = {"name": "Nightly", "expiresAt": expiry} | limits
            accepted(self.admin.post(f"/organizations/{self.name}/tokens", token))
        replacement = accepted(self._preview(self.gray + 2))
        accepted(self.admin.post(f"/replacements/{replacement['id']}/confirm", None))
        Queue().process_all()
        accepted(self._preview(self.gray + 3))

    def start_jobs(self) -> None:
        """Start an export and a re-sync that no worker has processed yet."""
        accepted(self.admin.post(f"/issuers/{self.issuer}/exports", {"kind": "awards"}))
        replacement = accepted(self._preview(self.gray + 4))
        accepted(self.admin.post(f"/replacements/{replacement['id']}/confirm", None))

    def _preview(self, gray: int) -> Answer:
        source = {
            "@context": "https://w3id.org/openbadges/v2",
            "type": "BadgeClass",
            "name": f"Welder {gray}",
            "description": "Welds better",
            "criteria": {"narrative": "Weld thrice"},
            "image": data_uri(gray_png(gray)),
        }
        return self.admin.post(f"/badge-classes/{self.badge_class}/replacements", {"json": source})


def accepted(answer: Answer) -> Any:
    assert answer.status < 300, answer.text
    return answer.json


def everything() -> Stored:
    """Return all stored data, byte for byte."""
    dynamodb, s3, scheduler = aws.dynamodb(), aws.s3(), aws.scheduler()
    stored: Stored = {}
    for table in (config().directory_table, config().awards_table, config().operations_table, config().trail_table):
        names = [key["AttributeName"] for key in dynamodb.describe_table(TableName=table)["Table"]["KeySchema"]]
        for page in dynamodb.get_paginator("scan").paginate(TableName=table):
            for item in page["Items"]:
                key = [item[name]["S"] for name in names]
                stored[f"{table} {' '.join(key)}"] = json.dumps(item, sort_keys=True)
    for bucket in (config().exports_bucket, config().images_bucket):
        for found in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
            body = s3.get_object(Bucket=bucket, Key=found["Key"])["Body"].read()
            stored[f"{bucket} {found['Key']}"] = body.hex()
    for schedule in scheduler.list_schedules(GroupName=config().schedule_group)["Schedules"]:
        target = scheduler.get_schedule(GroupName=config().schedule_group, Name=schedule["Name"])["Target"]
        stored[f"schedule {schedule['Name']}"] = json.dumps(target, sort_keys=True)
    return stored
