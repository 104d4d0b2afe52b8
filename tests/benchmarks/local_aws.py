"""Start and stop the stand-ins for AWS: the replay server and the object sink, each in its own process."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from local.places import REPOSITORY

QUEUE_NAME = "exports"
SETTINGS = {
    "AWS_ACCESS_KEY_ID": "benchmark",
    "AWS_SECRET_ACCESS_KEY": "benchmark",
    "AWS_DEFAULT_REGION": "us-east-1",
    "DIRECTORY_TABLE": "directory",
    "AWARDS_TABLE": "awards",
    "OPERATIONS_TABLE": "operations",
    "TRAIL_TABLE": "trail",
    "EXPORTS_BUCKET": "exports",
    "IMAGES_BUCKET": "images",
    "EXPORTS_QUEUE_URL": f"https://sqs.us-east-1.amazonaws.com/123456789012/{QUEUE_NAME}",
    "PUBLIC_BASE_URL": "https://badges.example.org",
    "POWERTOOLS_METRICS_NAMESPACE": "BadgeDataManagement",
    "POWERTOOLS_TRACE_DISABLED": "true",
    "MALLOC_ARENA_MAX": "1",
}


# As over TLS, where the signature doesn't include a hash of the S3 payload.
AWS_CONFIG = "[default]\ns3 =\n  payload_signing_enabled = false\n"
RECORDINGS = REPOSITORY / ".local" / "bench"


@contextmanager
def local_aws(issuer_rows: int, badge_class_rows: int, recordings: Path = RECORDINGS) -> Iterator[dict[str, str]]:
    """Run both servers, and yield the environment for the measured processes."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-objects-"))
        rows = ("--issuer-rows", str(issuer_rows), "--badge-class-rows", str(badge_class_rows))
        dynamodb = stack.enter_context(_server("tests.benchmarks.replay_server", str(recordings), *rows))
        s3 = stack.enter_context(_server("tests.benchmarks.object_sink", folder))
        aws_config = Path(folder) / "aws-config"
        aws_config.write_text(AWS_CONFIG)
        yield {
            **environment(),
            "AWS_ENDPOINT_URL": dynamodb,
            "AWS_ENDPOINT_URL_S3": s3,
            "AWS_CONFIG_FILE": str(aws_config),
        }


def environment() -> dict[str, str]:
    """Return the environment of a benchmark process, without the user's own settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    paths = [str(REPOSITORY / "layers" / "badgedata"), str(REPOSITORY)]
    return {**kept, **SETTINGS, "PYTHONPATH": os.pathsep.join(paths), "AWS_EC2_METADATA_DISABLED": "true"}


@contextmanager
def _server(module: str, *arguments: str) -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=REPOSITORY,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        port = process.stdout.readline().strip()
        if not port:
            raise RuntimeError(f"{module} did not start")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.stdin.close()
        process.wait(timeout=10)
