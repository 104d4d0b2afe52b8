"""The types of the JSON documents that exports write and `make load` reads.

The keys are in output order, as in docs/formats.md ("JSON") and docs/load-files.md. Each struct is used for both
reading and writing:

* Encoding with `msgspec.json.encode` omits keys whose value is None. `UNSET` means that an export's options exclude a
  list, such as the badge classes. An empty list means that the options include the list, but the list has no items.
* Decoding rejects unknown keys. The unknown keys of Open Badges objects are therefore moved to `MORE` before decoding.
  `published.with_more_keys` restores them later.
* `@context`, `id`, `type`, and the keys that describe an export are optional. Only `entityId` identifies an object.
"""

from typing import Any, Final, Literal

from msgspec import UNSET, Struct, UnsetType, field

OPEN_BADGES_CONTEXT: Final = "https://w3id.org/openbadges/v2"
PROFILE: Final = "Profile"
BADGE_CLASS: Final = "BadgeClass"
ASSERTION: Final = "Assertion"
HOSTED_BADGE: Final = "HostedBadge"
"""The verification type of every assertion that this product issues."""

ISSUER_FORMAT: Final = "badge-data-management/issuer"
BADGE_CLASS_FORMAT: Final = "badge-data-management/badge-class"
ORGANIZATION_FORMAT: Final = "badge-data-management/organization"
FORMAT_VERSION: Final = 1

MORE: Final = "(more)"
"""The field for additional keys, which the format doesn't define. In JSON, they appear among the part's own keys."""

type Plan = Literal["paid", "free"]
type Role = Literal["admin", "owner", "editor", "staff"]
type CreationMethod = Literal["manual", "lms", "api", "pathway"]
type ExpirationMethod = Literal["manual", "lms"]
type AlignmentType = Literal["badge", "pathway"]
type RequirementType = Literal["badge", "experience"]
type AwardMethod = Literal["automatic", "manual"]
type Visibility = Literal["public", "group", "private"]
type PathwayStatus = Literal["draft", "published"]


class _Part(Struct, rename="camel", omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """A part of a document. Parts never refer to their parents, so garbage collection can skip them."""


class OpenBadgesPart(_Part, kw_only=True):
    """A document part that Open Badges defines. In load files, it may have additional keys, such as extensions."""


class Criteria(OpenBadgesPart, kw_only=True):
    """The criteria for earning a badge: a URL, text, or both."""

    id: str | None = None
    narrative: str | None = None


class Alignment(OpenBadgesPart, kw_only=True):
    """An Open Badges AlignmentObject: an objective or standard that a badge class is aligned with."""

    target_name: str
    target_url: str
    target_description: str | None = None
    target_framework: str | None = None
    target_code: str | None = None


class Recipient(OpenBadgesPart, kw_only=True):
    """An Open Badges IdentityObject. If `hashed` is true, `identity` is ``sha256$`` followed by the salted hash."""

    type: str
    hashed: bool | None = None
    identity: str
    salt: str | None = None


class Verification(OpenBadgesPart, kw_only=True):
    """An assertion's verification method."""

    type: str


class Evidence(OpenBadgesPart, kw_only=True):
    """A piece of evidence for an award: a URL, text, or both."""

    id: str | None = None
    narrative: str | None = None


class Assertion(OpenBadgesPart, kw_only=True):
    """The published form of an award, as an Open Badges Assertion."""

    context: Any = field(name="@context", default=None)
    id: str | None = None
    type: Literal["Assertion"] | None = None
    entity_id: str
    badge: str | None = None
    recipient: Recipient
    recipient_name: str | None = None
    issued_on: str
    expires: str | None = None
    verification: Verification | None = None
    narrative: str | None = None
    evidence: list[Evidence] | None = None
    image: str | None = None
    revoked: bool | None = None
    revocation_reason: str | None = None
    more: dict[str, Any] | None = field(name=MORE, default=None)


class BadgeClass(OpenBadgesPart, kw_only=True):
    """The definition of a badge. `assertions` is UNSET if the export excludes assertions."""

    context: Any = field(name="@context", default=None)
    id: str | None = None
    type: Literal["BadgeClass"] | None = None
    entity_id: str
    issuer: str | None = None
    name: str
    description: str | None = None
    image: str | None = None
    criteria: Criteria | str | None = None
    alignment: list[Alignment] | None = None
    tags: list[str] | None = None
    created_at: str | None = None
    more: dict[str, Any] | None = field(name=MORE, default=None)
    assertions: list[Assertion] | UnsetType = UNSET


class Issuer(OpenBadgesPart, kw_only=True):
    """An Open Badges Profile that awards badges."""

    context: Any = field(name="@context", default=None)
    id: str | None = None
    type: Literal["Profile", "Issuer"] | None = None
    entity_id: str
    name: str
    url: str | None = None
    email: str | None = None
    description: str | None = None
    image: str | None = None
    more: dict[str, Any] | None = field(name=MORE, default=None)


class Requirement(_Part, kw_only=True):
    """A requirement of an alignment or a pathway."""

    entity_id: str
    name: str
    type: RequirementType | None = None
    threshold: str | None = None
    award_method: AwardMethod | None = None
    visibility: Visibility | None = None


class Creation(_Part, kw_only=True):
    """The way a recipient group was created: manually or through an LMS, the API, or a pathway."""

    method: CreationMethod
    course_id: str | None = None
    url: str | None = None
    pathway: str | None = None


class Expiration(_Part, kw_only=True):
    """A recipient group's expiration date and the way the date is set: manually or by an LMS."""

    date: str | None = None
    method: ExpirationMethod | None = None


class StaffMember(_Part, kw_only=True):
    """A staff member of a recipient group."""

    name: str | None = None
    id: str | None = None


class GroupAlignment(_Part, kw_only=True):
    """A badge class or pathway that a recipient group works toward. It belongs to the same issuer as the group."""

    type: AlignmentType
    entity_id: str
    name: str | None = None
    requirements: list[Requirement] | None = None


class LastBadgeEarned(_Part, kw_only=True):
    """A learner's most recent award."""

    name: str
    issued_on: str | None = None


class Progress(_Part, kw_only=True):
    """A learner's progress toward one alignment. The learner has met `completed` of the `required` requirements."""

    alignment: str
    completed: int
    required: int
    evidence: list[str] | None = None


class Learner(_Part, kw_only=True):
    """A learner in a recipient group."""

    id: str
    name: str | None = None
    last_badge_earned: LastBadgeEarned | None = None
    progress: list[Progress] | None = None


class RecipientGroup(_Part, kw_only=True):
    """A group of learners, the badges and pathways that they are working toward, and the group's staff."""

    entity_id: str
    name: str
    description: str | None = None
    archived: bool | None = None
    created_at: str | None = None
    creation: Creation | None = None
    expiration: Expiration | None = None
    staff: list[StaffMember] | None = None
    alignments: list[GroupAlignment] | None = None
    learners: list[Learner] | None = None


class Pathway(_Part, kw_only=True):
    """An ordered list of requirements that learners work through."""

    entity_id: str
    name: str
    description: str | None = None
    status: PathwayStatus | None = None
    requirements: list[Requirement] | None = None


class IssuerDocument(_Part, kw_only=True):
    """An issuer and the parts of its data that the export's options select."""

    context: Any = field(name="@context", default=None)
    format: Literal["badge-data-management/issuer"] | None = None
    format_version: int | None = None
    exported_at: str | None = None
    options: dict[str, Any] | None = None
    issuer: Issuer
    badge_classes: list[BadgeClass] | UnsetType = UNSET
    recipient_groups: list[RecipientGroup] | UnsetType = UNSET
    pathways: list[Pathway] | UnsetType = UNSET


class BadgeClassDocument(_Part, kw_only=True):
    """A badge class and, if the export's options include them, its awards."""

    context: Any = field(name="@context", default=None)
    format: Literal["badge-data-management/badge-class"] | None = None
    format_version: int | None = None
    exported_at: str | None = None
    options: dict[str, Any] | None = None
    issuer: Issuer
    badge_class: BadgeClass


class Organization(_Part, kw_only=True):
    """An organization that owns issuers. It must be on the `paid` plan to use data management."""

    entity_id: str
    name: str
    plan: Plan


class Member(_Part, kw_only=True):
    """A person's role: `admin` for the organization, or `owner`, `editor`, or `staff` for one of its issuers."""

    email: str
    role: Role
    issuer: str | None = None


class OrganizationDocument(_Part, kw_only=True):
    """A complete organization in the format that `make load` reads."""

    format: Literal["badge-data-management/organization"]
    format_version: int
    organization: Organization
    members: list[Member] | None = None
    issuers: list[IssuerDocument] | None = None
