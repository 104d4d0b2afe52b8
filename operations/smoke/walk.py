"""The walk through the product, from the first answer to the last image."""

import requests

from operations.smoke.access import look_around, refuse_others
from operations.smoke.counting import await_counts
from operations.smoke.exports import export_every_other_kind, export_organization
from operations.smoke.failure import SmokeFailure
from operations.smoke.page import read_page
from operations.smoke.people import People
from operations.smoke.public import read_baked_image, read_public_documents
from operations.smoke.replacing import await_resync, replace_badge
from operations.smoke.run import Deployed, Run, wait_for
from operations.smoke.schedules import await_schedule, make_schedule
from operations.smoke.splitting import export_split
from operations.smoke.tenant import Tenant
from operations.steps import step


def walk(deployed: Deployed, tenant: Tenant, people: People, patience: float) -> None:
    """Walk through the whole product. What takes a while by itself is begun early and awaited at the end.

    Raises
    ------
    SmokeFailure
        At the first thing that is not as it should be.
    """
    _reach(deployed, patience)
    _load(tenant, patience)
    run = _sign_in(deployed, tenant, people, patience)
    look_around(run)
    refuse_others(run, people)
    schedule = make_schedule(run)
    whole = export_organization(run)
    export_split(run, whole)
    replacement = replace_badge(run)
    export_every_other_kind(run)
    read_public_documents(run)
    read_page(run)
    await_counts(run)
    await_resync(run, replacement)
    read_baked_image(run)
    await_schedule(run, schedule)


def _reach(deployed: Deployed, patience: float) -> None:
    """Wait for the first answer: a new deployment's routes and permissions take a moment to be everywhere."""
    with step("the API answers") as details:
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
    with step("tables, indexes and images have all of it"):
        unmet = wait_for(tenant.unmet_checks, lambda unmet: not unmet, patience)
        if unmet:
            raise SmokeFailure(
                expected=f"everything that was loaded to be there within {patience:g} s",
                found="; ".join(unmet),
                check="the tables and their indexes (python -m operations.check_restore)",
            )


def _sign_in(deployed: Deployed, tenant: Tenant, people: People, patience: float) -> Run:
    with step("create an account, and sign in") as details:
        people.add(tenant.admin)
        token = people.token(tenant.admin)
        details.append(tenant.admin)
    return Run(deployed, tenant, deployed.client(patience, token), deployed.client(patience), patience)
