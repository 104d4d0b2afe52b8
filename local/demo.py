"""Request and download an export as any client would, with plain HTTP calls."""

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


class ExampleExportError(Exception):
    """Raised when a request or an export fails, or when the file doesn't match the values that the API reports."""


class ExampleExport:
    """A client that requests an award export, waits for it to finish, and downloads its file."""

    def __init__(self, api_url: str, token: str) -> None:
        self.api_url = api_url
        self.token = token

    def request(self, issuer_id: str, awarded_after: str, awarded_before: str, time_zone: str) -> dict[str, Any]:
        """Request an export of the awards that an issuer issued between two dates."""
        body = {"kind": "awards", "awardedAfter": awarded_after, "awardedBefore": awarded_before, "timeZone": time_zone}
        return self._call("POST", f"/issuers/{issuer_id}/exports", body)

    def follow(self, export_id: str) -> dict[str, Any]:
        """Wait until the export has succeeded, and return the export.

        Raises
        ------
        ExampleExportError
            If the export doesn't succeed in time.
        """
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            export = self._call("GET", f"/exports/{export_id}")
            if export["status"] not in ("queued", "running"):
                break
            if time.monotonic() > deadline:
                raise ExampleExportError(
                    f"The export is still {export['status']} after {PATIENCE_SECONDS} s. Check .local/ministack.log."
                )
            time.sleep(0.3)
        if export["status"] != "succeeded":
            raise ExampleExportError(
                f"The export ended with the status {export['status']}: {export.get('error', {}).get('message')}"
            )
        return export

    def download(self, export: dict[str, Any], folder: Path) -> Path:
        """Download the file without a token, check it against the values that the API reports, and return its path."""
        with urllib.request.urlopen(export["downloadUrl"], timeout=60) as response:  # noqa: S310 - the link from the API
            content = response.read()
        figures = export["file"]
        rows = sum(1 for _ in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))) - 1
        found = {"bytes": len(content), "rows": rows, "sha256": hashlib.sha256(content).hexdigest()}
        for figure, value in found.items():
            if value != figures[figure]:
                raise ExampleExportError(
                    f"The API reported {figure}={figures[figure]}, but the file has {figure}={value}."
                )
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / str(figures["name"])
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
            with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
                return dict(json.load(response))
        except urllib.error.HTTPError as error:
            raise ExampleExportError(
                f"{method} {path} returned {error.code}: {error.read().decode(errors='replace')[:500]}"
            ) from None
