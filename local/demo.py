"""The main job as any client does it: plain HTTPS calls, and a download by the presigned link."""

import csv
import hashlib
import io
import json
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

PATIENCE_SECONDS = 120


class Problem(Exception):
    """The API refused, or what it gave is not what it said."""


class MainJob:
    """Ask for an award export, follow it, download its file."""

    def __init__(self, api_url: str, token: str) -> None:
        self.api_url = api_url
        self.token = token

    def request(self, issuer_id: str, awarded_after: str, awarded_before: str, time_zone: str) -> dict[str, Any]:
        """Ask for the awards of an issuer between two dates."""
        body = {"kind": "awards", "awardedAfter": awarded_after, "awardedBefore": awarded_before, "timeZone": time_zone}
        return self._call("POST", f"/issuers/{issuer_id}/exports", body)

    def follow(self, export_id: str) -> dict[str, Any]:
        """Wait until the export is over. Raises Problem when it did not succeed."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            export = self._call("GET", f"/exports/{export_id}")
            if export["status"] not in ("queued", "running"):
                break
            if time.monotonic() > deadline:
                raise Problem(
                    f"The export is still {export['status']} after {PATIENCE_SECONDS} s. Look at .local/ministack.log."
                )
            time.sleep(0.3)
        if export["status"] != "succeeded":
            raise Problem(f"The export {export['status']}: {export.get('error', {}).get('message')}")
        return export

    def download(self, export: dict[str, Any], folder: Path) -> Path:
        """Fetch the file without any token, and compare its size, rows and SHA-256 with what the API said."""
        with urllib.request.urlopen(export["downloadUrl"], timeout=60) as answer:  # noqa: S310 - the link the API gave
            content = answer.read()
        said = export["file"]
        rows = sum(1 for _ in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))) - 1
        found = {"bytes": len(content), "rows": rows, "sha256": hashlib.sha256(content).hexdigest()}
        for figure, value in found.items():
            if value != said[figure]:
                raise Problem(f"The file's {figure} is {value}, but the API said {said[figure]}.")
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / str(said["name"])
        path.write_bytes(content)
        return path

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        request = urllib.request.Request(  # noqa: S310 - the API's own address
            self.api_url + path,
            method=method,
            data=json.dumps(body).encode() if body is not None else None,
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
                return dict(json.load(answer))
        except urllib.error.HTTPError as error:
            raise Problem(f"{method} {path} gave {error.code}: {error.read().decode(errors='replace')[:500]}") from None
