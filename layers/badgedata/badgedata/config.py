"""A deployment's settings, from the environment variables that template.yaml sets."""

import os
from dataclasses import dataclass
from functools import cache

PRODUCT_VERSION = "0.1.0"


@dataclass(frozen=True)
class Config:
    """The names of the stack's resources, and the settings that an operator can change (docs/deploying.md)."""

    directory_table: str
    awards_table: str
    operations_table: str
    trail_table: str
    exports_bucket: str
    images_bucket: str
    exports_queue_url: str
    public_base_url: str
    """The base URL for public documents (the API's URL or the custom domain), without a trailing slash."""

    file_retention_days: int
    """The number of days after which an export's file is deleted."""

    trail_retention_days: int
    """The number of days after which a trail entry is deleted."""

    active_exports_per_organization: int
    """The maximum number of exports per organization that can be queued or running at the same time (fair use)."""

    min_schedule_interval_minutes: int
    """The minimum number of minutes between two runs of a schedule (fair use)."""

    previews_at_once: int
    """The maximum number of concurrent replacement previews across all organizations (fair use)."""

    event_bus: str
    """The name of the stack's event bus; empty for functions that don't send events."""

    image_resync_queue_url: str
    """The URL of the image re-sync queue; empty for functions that don't use it."""

    deliveries_queue_url: str
    """The URL of the deliveries queue; empty for functions that don't use it."""

    delivery_function: str
    """The name of the Lambda function that tests destinations; empty for functions that don't invoke it."""

    delivery_principal_arn: str
    """The ARN of the delivery function's role, which assumes the destinations' roles; empty for functions that don't
    use destinations."""

    loopback_sources: bool
    """Whether badges may be read from loopback addresses.

    Only a local stack enables this setting, for its demo source.
    """

    hashes_recipients: bool
    """Whether public documents and baked images identify recipients by a hash instead of in plain text."""

    contact_address: str
    """The operator's contact email address; empty if the operator didn't set one."""

    notification_sender: str
    """The sender's address in emails about exports; empty if this deployment doesn't send email."""

    user_pool_client_id: str
    """The ID of the app client whose ID tokens are accepted. This setting and the next two settings are empty for
    functions other than the authorizer."""

    user_pool_issuer: str
    """The user pool's URL, which its ID tokens name as their issuer."""

    user_pool_keys_url: str
    """The URL of the user pool's public keys (JWKS)."""

    schedule_group: str
    """The deployment's schedule group in EventBridge Scheduler. This setting and the next three are empty for functions
    that don't use schedules.
    """

    schedule_target_arn: str
    schedule_role_arn: str
    schedule_dead_letter_queue_arn: str


@cache
def config() -> Config:
    """Return this deployment's settings. The environment variables are read only once.

    Raises
    ------
    KeyError
        If a required environment variable isn't set. The error names the variable.
    """
    return Config(
        directory_table=os.environ["DIRECTORY_TABLE"],
        awards_table=os.environ["AWARDS_TABLE"],
        operations_table=os.environ["OPERATIONS_TABLE"],
        trail_table=os.environ["TRAIL_TABLE"],
        exports_bucket=os.environ["EXPORTS_BUCKET"],
        images_bucket=os.environ["IMAGES_BUCKET"],
        exports_queue_url=os.environ["EXPORTS_QUEUE_URL"],
        public_base_url=os.environ["PUBLIC_BASE_URL"].rstrip("/"),
        file_retention_days=int(os.environ.get("FILE_RETENTION_DAYS", "7")),
        trail_retention_days=int(os.environ.get("TRAIL_RETENTION_DAYS", "730")),
        active_exports_per_organization=int(os.environ.get("ACTIVE_EXPORTS_PER_ORGANIZATION", "5")),
        min_schedule_interval_minutes=int(os.environ.get("MIN_SCHEDULE_INTERVAL_MINUTES", "60")),
        previews_at_once=int(os.environ.get("PREVIEWS_AT_ONCE", "3")),
        event_bus=os.environ.get("EVENT_BUS", ""),
        image_resync_queue_url=os.environ.get("IMAGE_RESYNC_QUEUE_URL", ""),
        deliveries_queue_url=os.environ.get("DELIVERIES_QUEUE_URL", ""),
        delivery_function=os.environ.get("DELIVERY_FUNCTION", ""),
        delivery_principal_arn=os.environ.get("DELIVERY_PRINCIPAL_ARN", ""),
        loopback_sources=os.environ.get("SOURCE_ADDRESSES") == "loopback-too",
        hashes_recipients=os.environ.get("PUBLISH_RECIPIENTS", "hashed") != "plain",
        contact_address=os.environ.get("CONTACT_ADDRESS", ""),
        notification_sender=os.environ.get("NOTIFICATION_SENDER", ""),
        user_pool_client_id=os.environ.get("USER_POOL_CLIENT_ID", ""),
        user_pool_issuer=os.environ.get("USER_POOL_ISSUER", ""),
        user_pool_keys_url=os.environ.get("USER_POOL_KEYS_URL", ""),
        schedule_group=os.environ.get("SCHEDULE_GROUP", ""),
        schedule_target_arn=os.environ.get("SCHEDULE_TARGET_ARN", ""),
        schedule_role_arn=os.environ.get("SCHEDULE_ROLE_ARN", ""),
        schedule_dead_letter_queue_arn=os.environ.get("SCHEDULE_DEAD_LETTER_QUEUE_ARN", ""),
    )
