"""The Directory table: organizations, issuers, badge classes, groups, learners, pathways, and members."""

from typing import Any

from pynamodb.attributes import BooleanAttribute, ListAttribute, MapAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, IncludeProjection

from badgedata.config import config
from badgedata.identifiers import comparable_address
from badgedata.records.record import JsonText, Record


class ChildrenIndex(GlobalSecondaryIndex[Any]):
    """The index of an organization's issuers and members, and of an issuer's badge classes. It is sorted by ID."""

    class Meta:
        index_name = "children"
        projection = AllProjection()

    parent = UnicodeAttribute(hash_key=True)
    entity_id = UnicodeAttribute(range_key=True, attr_name="entityId")


class NamesIndex(GlobalSecondaryIndex[Any]):
    """The index for searching and sorting long lists by name. It contains only a few attributes.

    The sort key is the ID, not the name. Names can be longer than 1,024 bytes, which is DynamoDB's limit for sort keys.
    """

    class Meta:
        index_name = "names"
        projection = IncludeProjection(["name", "createdAt"])

    parent = UnicodeAttribute(hash_key=True)
    entity_id = UnicodeAttribute(range_key=True, attr_name="entityId")


class _DirectoryTable:
    table_name = config().directory_table


class Organization(Record):
    """An owner of issuers. Data management requires the `paid` plan."""

    class Meta(_DirectoryTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default="organization")
    entity_id = UnicodeAttribute(attr_name="entityId")
    name = UnicodeAttribute()
    plan = UnicodeAttribute()

    @staticmethod
    def key(organization_id: str) -> tuple[str, str]:
        """Return the partition key and the sort key of an organization."""
        return f"organization#{organization_id}", "organization"


class Issuer(Record):
    """An Open Badges Profile that awards badges."""

    class Meta(_DirectoryTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default="issuer")
    parent = UnicodeAttribute()
    entity_id = UnicodeAttribute(attr_name="entityId")
    organization_id = UnicodeAttribute(attr_name="organizationId")
    name = UnicodeAttribute()
    url = UnicodeAttribute(null=True)
    email = UnicodeAttribute(null=True)
    description = UnicodeAttribute(null=True)
    image = UnicodeAttribute(null=True)
    created_at = UnicodeAttribute(null=True, attr_name="createdAt")
    more: JsonText = JsonText(null=True)  # keys that the format doesn't define, from a loaded document
    children = ChildrenIndex()

    @staticmethod
    def key(issuer_id: str) -> tuple[str, str]:
        """Return the partition key and the sort key of an issuer."""
        return f"issuer#{issuer_id}", "issuer"

    @staticmethod
    def parent_key(organization_id: str) -> str:
        """Return the value of `parent` for an organization's issuers."""
        return f"organization#{organization_id}/issuers"


class BadgeClass(Record):
    """The definition of a badge.

    `version` starts at 1 and increases with each replacement. Each award stores the version that its image was baked
    for.
    """

    class Meta(_DirectoryTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default="badge-class")
    parent = UnicodeAttribute()
    entity_id = UnicodeAttribute(attr_name="entityId")
    issuer_id = UnicodeAttribute(attr_name="issuerId")
    name = UnicodeAttribute()
    description = UnicodeAttribute(null=True)
    image = UnicodeAttribute(null=True)
    criteria: MapAttribute[str, str] = MapAttribute(null=True)
    alignment: ListAttribute[MapAttribute[str, str]] = ListAttribute(null=True)
    tags: ListAttribute[str] = ListAttribute(null=True)
    created_at = UnicodeAttribute(null=True, attr_name="createdAt")
    version = NumberAttribute(default=1)
    more: JsonText = JsonText(null=True)
    children = ChildrenIndex()

    @staticmethod
    def key(badge_class_id: str) -> tuple[str, str]:
        """Return the partition key and the sort key of a badge class."""
        return f"badge-class#{badge_class_id}", "badge-class"

    @staticmethod
    def parent_key(issuer_id: str) -> str:
        """Return the value of `parent` for an issuer's badge classes."""
        return f"issuer#{issuer_id}/badge-classes"


class RecipientGroup(Record):
    """A group of learners. Its alignments are the badges and pathways that the learners are working toward."""

    class Meta(_DirectoryTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    entity_id = UnicodeAttribute(attr_name="entityId")
    name = UnicodeAttribute()
    description = UnicodeAttribute(null=True)
    archived = BooleanAttribute(null=True)
    created_at = UnicodeAttribute(null=True, attr_name="createdAt")
    creation: MapAttribute[str, str] = MapAttribute(null=True)
    expiration: MapAttribute[str, str] = MapAttribute(null=True)
    staff: ListAttribute[MapAttribute[str, str]] = ListAttribute(null=True)
    alignments: ListAttribute[MapAttribute[str, Any]] = ListAttribute(null=True)
    learner_count = NumberAttribute(attr_name="learnerCount", default=0)

    @staticmethod
    def key(issuer_id: str, group_id: str) -> tuple[str, str]:
        """Return the partition key and the sort key of a recipient group."""
        return f"issuer#{issuer_id}", f"group#{group_id}"


class Learner(Record):
    """A learner in a group, with the learner's progress toward each alignment."""

    class Meta(_DirectoryTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    entity_id = UnicodeAttribute(attr_name="entityId")
    name = UnicodeAttribute(null=True)
    last_badge_earned: MapAttribute[str, str] = MapAttribute(null=True, attr_name="lastBadgeEarned")
    progress: ListAttribute[MapAttribute[str, Any]] = ListAttribute(null=True)

    @staticmethod
    def key(issuer_id: str, group_id: str, learner_id: str) -> tuple[str, str]:
        """Return the partition key and the sort key of a learner in a group."""
        return f"issuer#{issuer_id}/group#{group_id}", f"learner#{learner_id}"


class Pathway(Record):
    """An ordered set of requirements that learners work through."""

    class Meta(_DirectoryTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    entity_id = UnicodeAttribute(attr_name="entityId")
    name = UnicodeAttribute()
    description = UnicodeAttribute(null=True)
    status = UnicodeAttribute(null=True)
    requirements: ListAttribute[MapAttribute[str, Any]] = ListAttribute(null=True)

    @staticmethod
    def key(issuer_id: str, pathway_id: str) -> tuple[str, str]:
        """Return the partition key and the sort key of a pathway."""
        return f"issuer#{issuer_id}", f"pathway#{pathway_id}"


class Member(Record):
    """A person's role in an organization or issuer, keyed by email address."""

    class Meta(_DirectoryTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    parent = UnicodeAttribute()
    entity_id = UnicodeAttribute(attr_name="entityId")
    role = UnicodeAttribute()
    organization_id = UnicodeAttribute(attr_name="organizationId")
    issuer_id = UnicodeAttribute(null=True, attr_name="issuerId")
    children = ChildrenIndex()

    @staticmethod
    def key(email: str, organization_id: str, issuer_id: str | None) -> tuple[str, str]:
        """Return the partition key and the sort key of a person's role."""
        return Member.email_key(email), f"issuer#{issuer_id}" if issuer_id else f"organization#{organization_id}"

    @staticmethod
    def email_key(email: str) -> str:
        """Return the partition key of a person's roles."""
        return f"member#{comparable_address(email)}"

    @staticmethod
    def parent_key(organization_id: str) -> str:
        """Return the value of `parent` for an organization's members."""
        return f"organization#{organization_id}/members"
