"""The settings of a deployment, read once from the environment that template.yaml gives each function."""

import os
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class Config:
    """Names of what the stack made, and limits an operator may change (docs/deploying.md, "Settings")."""

    directory_table: str
    awards_table: str
    operations_table: str
    exports_bucket: str
    images_bucket: str
    exports_queue_url: str
    public_base_url: str
    """Where the public documents are, without a slash at its end: the API's own address, or the custom domain's."""

    file_retention_days: int
    """Days that an export's file is kept."""

    active_exports_per_organization: int
    """Exports of one organization that may be queued or running at once (fair use)."""

    min_schedule_interval_minutes: int
    """The least time between two runs of a schedule (fair use)."""

    previews_at_once: int
    """Previews of replacements that all organizations together may make at once (fair use)."""

    image_resync_queue_url: str
    """Empty for what neither confirms a replacement nor re-syncs images."""

    loopback_sources: bool
    """Whether a badge may be read from this machine's own addresses: for a local stack's demo source only."""

    hashes_recipients: bool
    """Whether public documents and baked images identify recipients by a hash; else they say who it is."""

    contact_address: str
    """The e-mail address that people turn to with what can't be helped here; empty when the operator gave none."""

    user_pool_client_id: str
    """The client of the user pool whose tokens count; empty for functions that answer no requests."""

    schedule_group: str
    """The group of this deployment's schedules in EventBridge Scheduler. This and the next three are empty for what
    has nothing to do with schedules."""

    schedule_target_arn: str
    schedule_role_arn: str
    schedule_dead_letter_queue_arn: str


@cache
def config() -> Config:
    """Read the environment. A missing variable is an error of the deployment, and names itself."""
    return Config(
        directory_table=os.environ["DIRECTORY_TABLE"],
        awards_table=os.environ["AWARDS_TABLE"],
        operations_table=os.environ["OPERATIONS_TABLE"],
        exports_bucket=os.environ["EXPORTS_BUCKET"],
        images_bucket=os.environ["IMAGES_BUCKET"],
        exports_queue_url=os.environ["EXPORTS_QUEUE_URL"],
        public_base_url=os.environ["PUBLIC_BASE_URL"].rstrip("/"),
        file_retention_days=int(os.environ.get("FILE_RETENTION_DAYS", "7")),
        active_exports_per_organization=int(os.environ.get("ACTIVE_EXPORTS_PER_ORGANIZATION", "5")),
        min_schedule_interval_minutes=int(os.environ.get("MIN_SCHEDULE_INTERVAL_MINUTES", "60")),
        previews_at_once=int(os.environ.get("PREVIEWS_AT_ONCE", "3")),
        image_resync_queue_url=os.environ.get("IMAGE_RESYNC_QUEUE_URL", ""),
        loopback_sources=os.environ.get("SOURCE_ADDRESSES") == "loopback-too",
        hashes_recipients=os.environ.get("PUBLISH_RECIPIENTS", "hashed") != "plain",
        contact_address=os.environ.get("CONTACT_ADDRESS", ""),
        user_pool_client_id=os.environ.get("USER_POOL_CLIENT_ID", ""),
        schedule_group=os.environ.get("SCHEDULE_GROUP", ""),
        schedule_target_arn=os.environ.get("SCHEDULE_TARGET_ARN", ""),
        schedule_role_arn=os.environ.get("SCHEDULE_ROLE_ARN", ""),
        schedule_dead_letter_queue_arn=os.environ.get("SCHEDULE_DEAD_LETTER_QUEUE_ARN", ""),
    )
