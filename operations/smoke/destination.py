"""The delivery step: a destination whose role doesn't exist, so that no bucket of another account is needed."""

from typing import Final

from operations.smoke.document import Json
from operations.smoke.error import SmokeTestError
from operations.smoke.run import Run
from operations.steps import step

ACCOUNT: Final = "111122223333"
"""An account ID that AWS reserves for examples."""


def refuse_destination(run: Run) -> None:
    """Set a destination, test it, and delete it. The test must report that AWS STS refuses the role."""
    organization = run.tenant.names.organization
    path = f"/organizations/{organization}/destination"
    with step("a destination without a role fails its test, and is deleted") as details:
        partition = run.deployed.outputs["ExportDeliveryPrincipal"].split(":")[1]
        role = f"arn:{partition}:iam::{ACCOUNT}:role/{organization}"
        run.admin.call("PUT", path, {"bucket": organization, "roleArn": role})
        result: Json = run.admin.call("POST", f"{path}/test").json()["lastTest"]
        code = result.get("error", {}).get("code")
        if result["ok"] or code != "role-not-assumable":
            raise SmokeTestError(
                expected=f"the test of a destination with the missing role {role} to fail with role-not-assumable",
                found=f"{code}: {result['error']['message']}" if code else str(result),
                check=f"{run.deployed.logs('export-delivery')}; that the function can reach AWS STS",
            )
        run.admin.call("DELETE", path, expect=204)
        run.admin.call("GET", path, expect=404)
        details.append(code)
