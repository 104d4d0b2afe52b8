"""The environment for all tests: deployment settings, and credentials that give no access."""

import os

from hypothesis import settings

# Tests share the machine with each other and with the local AWS, so the duration of a single example is meaningless.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

# Records and settings read the environment when they are imported, so it must be set before any test module.
os.environ |= {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "DIRECTORY_TABLE": "directory",
    "AWARDS_TABLE": "awards",
    "OPERATIONS_TABLE": "operations",
    "TRAIL_TABLE": "trail",
    "EXPORTS_BUCKET": "exports",
    "IMAGES_BUCKET": "images",
    "EVENT_BUS": "badge-data-management",
    "EXPORTS_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/exports",
    "DELIVERIES_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/deliveries",
    "DELIVERY_FUNCTION": "export-delivery",
    "DELIVERY_PRINCIPAL_ARN": "arn:aws:iam::123456789012:role/export-delivery",
    "IMAGE_RESYNC_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/image-resync",
    "PUBLIC_BASE_URL": "https://badges.example.org",
    "USER_POOL_CLIENT_ID": "1example23456789",
    "USER_POOL_ISSUER": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_aB1cD2eF3",
    "USER_POOL_KEYS_URL": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_aB1cD2eF3/.well-known/jwks.json",
    "SCHEDULE_GROUP": "schedules",
    "SCHEDULE_TARGET_ARN": "arn:aws:lambda:eu-west-1:123456789012:function:scheduled-export",
    "SCHEDULE_ROLE_ARN": "arn:aws:iam::123456789012:role/schedules",
    "SCHEDULE_DEAD_LETTER_QUEUE_ARN": "arn:aws:sqs:eu-west-1:123456789012:scheduled-exports-dead",
    "POWERTOOLS_METRICS_NAMESPACE": "BadgeDataManagement",
    "POWERTOOLS_SERVICE_NAME": "tests",
    "POWERTOOLS_TRACE_DISABLED": "true",
}
for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
    os.environ.pop(name, None)

from tests.support.deployed_stack import stack  # noqa: E402, F401 - one deployed stack per session
