"""All steps of the smoke test, in order."""

import requests

from operations.smoke.access import read_directory, reject_others
from operations.smoke.client import id_in
from operations.smoke.counting import await_counts
from operations.smoke.created import Created
from operations.smoke.destination import deliver, reject_destination
from operations.smoke.error import SmokeTestError
from operations.smoke.events import Changes, await_events, subscribe
from operations.smoke.exports import export_organization, export_remaining_kinds
from operations.smoke.mail import await_email, request_email
from operations.smoke.page import read_page
from operations.smoke.public import read_baked_image, read_public_documents
from operations.smoke.replacing import await_resync, replace_badge
from operations.smoke.run import Deployed, Run, wait_for
from operations.smoke.schedules import await_schedule, create_schedule
from operations.smoke.splitting import export_split
from operations.smoke.tenant import Tenant
from operations.smoke.tokens import await_rejection, use_token
from operations.smoke.trail import export_trail, read_trail
from operations.steps import step


def walk(deployed: Deployed, created: Created, patience: float) -> None:
    """Run all steps of the smoke test. Asynchronous work is started early and checked at the end.

    Raises
    ------
    SmokeTestError
        If a step fails.
    """
    _await_api(deployed, patience)
    subscribe(created.subscription)
    _load(created.tenant, patience)
    run = _sign_in(deployed, created, patience)
    read_directory(run)
    reject_others(run, created.people)
    schedule = create_schedule(run)
    token = use_token(run)
    whole = export_organization(run)
    export_split(run, whole)
    replacement = replace_badge(run)
    announced = request_email(run)
    export_remaining_kinds(run)
    recorded = token.trail | {("export-requested", whole.export_id)}
    read_trail(run, recorded)
    export_trail(run, recorded)
    reject_destination(run)
    delivered = deliver(run, created.other_account) if created.other_account else None
    read_public_documents(run)
    read_page(run)
    await_counts(run)
    await_resync(run, replacement)
    read_baked_image(run)
    await_rejection(run, token)
    scheduled = await_schedule(run, schedule)
    if announced:
        await_email(run, announced)
    # Earlier changes are not included, because a new rule takes a moment to match all events.
    exports = [export_id for export_id in (scheduled, announced, delivered) if export_id]
    expected = [
        *(Changes(export_id, ("ExportRequested", "ExportSucceeded")) for export_id in exports),
        *([Changes(delivered, ("DeliverySucceeded",))] if delivered else []),
        Changes(id_in(replacement), ("BadgeReplaced",)),
        Changes(id_in(replacement), ("ImageResyncCompleted",)),
        Changes(id_in(schedule), ("ScheduleRun", "ScheduleDeleted")),
    ]
    await_events(run, created.subscription, expected)


def _await_api(deployed: Deployed, patience: float) -> None:
    """Wait until the API responds. A new deployment's routes and permissions take a moment to propagate."""
    with step("the API responds") as details:
        client = deployed.client(patience)
        wait_for(
            lambda: client.send("GET", "/openapi.json").status_code,
            lambda status: status == requests.codes.ok,
            patience,
        )
        client.call("GET", "/openapi.json")
        details.append(deployed.base_url)


def _load(tenant: Tenant, patience: float) -> None:
    with step(f"load organization {tenant.names.organization}") as details:
        loaded = tenant.load()
        details.append(f"{loaded.counts['awards']:,} awards")
    with step("tables, indexes, and images are complete"):
        failed = wait_for(tenant.failed_checks, lambda failed: not failed, patience)
        if failed:
            raise SmokeTestError(
                expected=f"all loaded data to be visible within {patience:g} s",
                found="; ".join(failed),
                check="the tables and their indexes (python -m operations.check_restore)",
            )


def _sign_in(deployed: Deployed, created: Created, patience: float) -> Run:
    tenant = created.tenant
    with step("create an account and sign in") as details:
        created.people.add(tenant.admin)
        token = created.people.token(tenant.admin)
        details.append(tenant.admin)
    return Run(deployed, tenant, deployed.client(patience, token), deployed.client(patience), patience)
