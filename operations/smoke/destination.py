"""Delivery steps: test a destination that AWS must reject, and optionally deliver a file to another account."""

import hashlib
import json
from typing import Final

from operations.smoke.client import location_of
from operations.smoke.document import UP_TO_FIRST_DAY, Json
from operations.smoke.error import SmokeTestError
from operations.smoke.exports import follow
from operations.smoke.other_account import OtherAccount
from operations.smoke.run import Run
from operations.steps import step

ACCOUNT: Final = "111122223333"
"""An account ID that AWS reserves for examples."""


def reject_destination(run: Run) -> None:
    """Configure a destination, test it, and delete it. The test must report that AWS STS rejects the role."""
    organization, path = run.tenant.names.organization, _path(run)
    with step("a destination without a role fails its test, and is deleted") as details:
        partition = run.deployed.outputs["ExportDeliveryPrincipal"].split(":")[1]
        role = f"arn:{partition}:iam::{ACCOUNT}:role/{organization}"
        run.admin.call("PUT", path, {"bucket": organization, "roleArn": role})
        result: Json = run.admin.call("POST", f"{path}/test").json()["lastTest"]
        code = result.get("error", {}).get("code")
        if result["ok"] or code != "role-not-assumable":
            raise SmokeTestError(
                expected=f"the destination test to fail with role-not-assumable, because role {role} does not exist",
                found=f"{code}: {result['error']['message']}" if code else str(result),
                check=f"{run.deployed.logs('export-delivery')}, and whether the function can reach AWS STS",
            )
        run.admin.call("DELETE", path, expect=204)
        run.admin.call("GET", path, expect=404)
        details.append(code)


def deliver(run: Run, account: OtherAccount) -> str:
    """Deliver a file to a new bucket in another account, and return the export's ID."""
    with step("a bucket and a role in another account") as details:
        role_arn = account.role_arn()
        settings = {"bucket": account.name, "roleArn": role_arn}
        destination: Json = run.admin.call("PUT", _path(run), settings).json()
        account.create(destination["principal"], destination["externalId"], role_arn)
        _await_access(run)
        details.append(role_arn)
    with step("deliver a file and its manifest") as details:
        path, body = f"/issuers/{run.tenant.names.school}/exports", UP_TO_FIRST_DAY | {"deliver": True}
        export_id: str = follow(run, location_of(run.admin.call("POST", path, body, expect=202)))["id"]

        def read() -> Json:
            export: Json = run.admin.call("GET", f"/exports/{export_id}").json()
            return export

        export = run.wait_for(read, lambda export: export["delivery"]["status"] != "pending", "the delivery")
        delivery = export["delivery"]
        if delivery["status"] != "delivered":
            raise _error(run, f"export {export_id} to be delivered within {run.patience:g} s", str(delivery))
        content, manifest = (account.read(f"{delivery['key']}{ending}") for ending in ("", ".manifest.json"))
        described = json.loads(manifest)
        if (described["id"], described["file"]["sha256"]) != (export_id, hashlib.sha256(content).hexdigest()):
            raise _error(run, "the manifest to describe the delivered file", str(described))
        run.admin.call("DELETE", _path(run), expect=204)
        details.append(f"{len(content):,} bytes")
    return export_id


def _await_access(run: Run) -> None:
    """Test the destination repeatedly until AWS accepts the new role, which can take a minute."""

    def test() -> Json:
        result: Json = run.admin.call("POST", f"{_path(run)}/test").json()["lastTest"]
        return result

    result = run.wait_for(test, lambda result: result["ok"], "the new role to become effective")
    if not result["ok"]:
        error = result["error"]
        raise _error(run, "the test of the destination to pass", f"{error['code']}: {error['message']}")


def _path(run: Run) -> str:
    return f"/organizations/{run.tenant.names.organization}/destination"


def _error(run: Run, expected: str, found: str) -> SmokeTestError:
    check = f"{run.deployed.logs('export-delivery')}; organization policies of both accounts (docs/delivery.md)"
    return SmokeTestError(expected=expected, found=found, check=check)
