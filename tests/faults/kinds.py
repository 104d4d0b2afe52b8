"""The kinds of AWS call faults by service, as fault proxy rules."""

from typing import Any

THROTTLED = {
    "dynamodb": "ProvisionedThroughputExceededException",
    "s3": "SlowDown",
    "sqs": "RequestThrottled",
    "events": "ThrottlingException",
}
FAULTS: dict[str, Any] = {
    "throttled": lambda service: {"error": {"code": THROTTLED[service], "status": 503 if service == "s3" else 400}},
    "failing": lambda service: {
        "error": {"code": "InternalError" if service in ("s3", "sqs") else "InternalServerError", "status": 500}
    },
    "reset": lambda _: {"reset": True},
    "response truncated": lambda _: {"response": {"abort_frac": 0.3}},
    "hanging": lambda _: {"latency": 1500},
}
OPERATIONS = (
    ("dynamodb", "Query"),
    ("dynamodb", "GetItem"),
    ("dynamodb", "UpdateItem"),
    ("dynamodb", "TransactWriteItems"),
    ("s3", "PutObject"),
    ("s3", "GetObject"),
    ("s3", "CreateMultipartUpload"),
    ("s3", "UploadPart"),
    ("s3", "UploadPartCopy"),
    ("s3", "ListParts"),
    ("s3", "CompleteMultipartUpload"),
    ("s3", "ListMultipartUploads"),
    ("s3", "ListObjectsV2"),
    ("s3", "DeleteObject"),
    ("s3", "AbortMultipartUpload"),
    ("sqs", "SendMessage"),
    ("sqs", "ChangeMessageVisibility"),
)
"""The calls that an export makes, by service."""
