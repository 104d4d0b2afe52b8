"""Replace a badge as a client would, and read the public documents, with the real queue and functions."""

import base64
import io
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import openbadges_bakery
import pytest
from PIL import Image

from local.openbadges_host import BADGES, OpenBadgesHost
from local.places import STACK_NAME
from tests.end_to_end import observatory
from tests.end_to_end.observatory import AWARDS, OWNER, REVOKED, STAFF
from tests.support.deployed_client import Answer, Client, aws, fetch
from tests.support.deployed_stack import load
from tests.support.images import color_png, data_uri

type Json = dict[str, Any]

OTHER_OWNER = "ludwik@example.org"
PATIENCE_SECONDS = 30
SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" onload="alert(1)"><script>alert(2)</script>
<circle cx="4" cy="4" r="4" fill="#083"/></svg>"""


@pytest.fixture(scope="module", autouse=True)
def _observatory(stack: Json) -> None:
    load(stack, observatory.document())


@pytest.fixture
def owner(signed_in: Callable[[str], Client]) -> Client:
    return signed_in(OWNER)


@pytest.fixture
def public(stack: Json) -> Client:
    """Return a client without a token."""
    return Client(stack["apiUrl"])


@pytest.fixture(scope="module")
def host() -> Iterator[OpenBadgesHost]:
    """Start another platform on this machine, and yield it."""
    with OpenBadgesHost() as found:
        yield found


def preview(owner: Client, badge_class_id: str, source: Json) -> Json:
    answer = owner.post(f"/badge-classes/{badge_class_id}/replacements", source)
    assert answer.status == 201, answer.body
    shown: Json = answer.json
    assert shown["status"] == "previewed"
    assert owner.get(answer.headers["Location"]).json == shown
    return shown


def confirm(owner: Client, replacement: Json) -> Answer:
    return owner.call("POST", f"/replacements/{replacement['id']}/confirm")


def resync_of(owner: Client, replacement: Json) -> Json:
    found: Json = owner.get(f"/replacements/{replacement['id']}").json["imageResync"]
    assert found["refreshed"] + found["pending"] + found["failed"] == found["total"], found
    return found


def wait_for(owner: Client, replacement: Json, condition: Callable[[Json], bool]) -> Json:
    """Poll a re-sync's figures until a condition holds. They must add up each time."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition(found := resync_of(owner, replacement)):
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
    return found


def follow_resync(owner: Client, replacement: Json) -> Json:
    return wait_for(owner, replacement, lambda resync: resync["status"] != "in-progress")


def follow_redirects(url: str) -> Answer:
    """Follow redirects as a browser does, without a token."""
    for _ in range(3):
        answer = fetch(url)
        if answer.status != 302:
            break
        url = answer.headers["Location"]
    return answer


def simple_badge(source: str = "Sundials", **more: Any) -> Json:
    """Return a source: a badge class as JSON with an embedded image."""
    badge_class = {"type": "BadgeClass", "name": source, "description": source, "criteria": {"narrative": source}}
    picture = {"image": data_uri(color_png("#a50"))}
    return {"json": {"@context": "https://w3id.org/openbadges/v2"} | badge_class | picture | more}


# ---------------------------------------------------------------- sources


def by_url(host: OpenBadgesHost) -> Json:
    return {"url": host.assertion_url}


def by_json(host: OpenBadgesHost) -> Json:
    return {"json": fetch(f"{host.base_url}/assertions/2").json}


def by_image(host: OpenBadgesHost) -> Json:
    return {"image": base64.b64encode(fetch(f"{host.base_url}/assertions/3/image").body).decode()}


@pytest.mark.parametrize(
    ("badge_class_id", "source_of", "number"),
    [("comets", by_url, 1), ("eclipses", by_json, 2), ("tides", by_image, 3)],
    ids=["by url", "by json", "by image"],
)
def test_confirmed_replacement_updates_text_immediately_and_images_soon_after(
    owner: Client,
    public: Client,
    host: OpenBadgesHost,
    badge_class_id: str,
    source_of: Callable[[OpenBadgesHost], Json],
    number: int,
) -> None:
    badge, before = BADGES[number - 1], public.get(f"/public/badges/{badge_class_id}").json
    replacement = preview(owner, badge_class_id, source_of(host))
    assert replacement["source"]["assertionId"] == f"{host.base_url}/assertions/{number}"
    assert (replacement["current"]["name"], replacement["proposed"]["name"]) == (before["name"], badge.name)
    assert public.get(f"/public/badges/{badge_class_id}").json == before, "a preview changes nothing"

    done = confirm(owner, replacement)
    assert (done.status, done.json["status"]) == (200, "replaced"), done.body
    after = public.get(f"/public/badges/{badge_class_id}").json
    assert after["name"] == badge.name
    assert after["description"] == badge.description
    assert after["criteria"] == {"narrative": badge.criteria}
    assert after["tags"] == list(badge.tags)

    resync, awards = follow_resync(owner, replacement), AWARDS[badge_class_id]
    assert resync == resync | {"status": "complete", "total": awards, "refreshed": awards}
    assert owner.get(f"/badge-classes/{badge_class_id}/replacements").json["items"][0]["id"] == replacement["id"]
    picture = fetch(f"{host.base_url}/badges/{number}/image").body
    for award in range(1, awards, 14 if awards > 14 else 1):  # one on the first page and one on the second
        assertion = public.get(f"/public/assertions/{badge_class_id}-{award:03}").json
        assert assertion["badge"] == after["id"]
        baked = follow_redirects(assertion["image"])
        assert (baked.status, baked.headers["Content-Type"]) == (200, "image/png")
        assert json.loads(openbadges_bakery.unbake(io.BytesIO(baked.body))) == assertion
        assert same_image(baked.body, picture)


def same_image(one: bytes, other: bytes) -> bool:
    with Image.open(io.BytesIO(one)) as first, Image.open(io.BytesIO(other)) as second:
        return first.convert("RGBA").tobytes() == second.convert("RGBA").tobytes()


def test_replacement_deletes_images_from_the_previous_replacement(stack: Json, owner: Client, public: Client) -> None:
    objects, versions = aws(stack, "s3"), []
    for name in ("Northern lights", "Southern lights"):
        replacement = preview(owner, "auroras", simple_badge(name))
        assert confirm(owner, replacement).status == 200
        assert follow_resync(owner, replacement)["status"] == "complete"
        answer = objects.list_objects_v2(Bucket=stack["buckets"]["images"], Prefix="baked/")
        versions.append([item["Key"] for item in answer["Contents"] if "/auroras-" in item["Key"]])
    assert [len(keys) for keys in versions] == [3, 3]
    assert not set(versions[0]) & set(versions[1])
    assert public.get("/public/badges/auroras").json["name"] == "Southern lights"


# ---------------------------------------------------------------- caches and hostile images


def test_caches_must_revalidate_public_documents(public: Client) -> None:
    for path in ("/public/issuers/dome", "/public/badges/pulsars", "/public/assertions/comets-001"):
        answer = public.get(path)
        assert (answer.status, answer.headers["Content-Type"]) == (200, "application/ld+json")
        assert answer.headers["Cache-Control"] == "public, no-cache"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        for method in ("GET", "HEAD"):
            again = public.call(method, path, headers={"If-None-Match": answer.headers["ETag"]})
            assert (again.status, again.body) == (304, b"")
            assert public.call(method, path, headers={"If-None-Match": '"another"'}).status == 200


def test_head_requests_for_documents_and_redirected_images_succeed(public: Client) -> None:
    for path in ("/public/issuers/dome", "/public/badges/pulsars", "/public/assertions/comets-001"):
        got, head = public.get(path), public.call("HEAD", path)
        assert (head.status, head.body) == (200, b"")
        assert (head.headers["Content-Type"], head.headers["ETag"]) == (
            got.headers["Content-Type"],
            got.headers["ETag"],
        )
    address = f"{public.api_url}/public/badges/pulsars/image"
    while (answer := fetch(address, "HEAD")).status == 302:
        address = answer.headers["Location"]
    assert (answer.status, answer.headers["Content-Type"], answer.body) == (200, "image/png", b"")


def test_revoked_assertion_returns_410_with_the_reason(public: Client) -> None:
    answer = public.get(f"/public/assertions/{REVOKED}")
    assert answer.status == 410
    assert answer.json["revoked"] is True
    assert answer.json["revocationReason"] == "Clouds"
    assert "recipient" not in answer.json


def test_svg_is_served_without_scripts_and_in_a_sandbox(owner: Client, public: Client) -> None:
    replacement = preview(owner, "pulsars", simple_badge(image=data_uri(SVG, "image/svg+xml")))
    shown = fetch(replacement["proposed"]["image"])
    assert (shown.status, shown.headers["Content-Type"]) == (200, "image/svg+xml; charset=utf-8")
    assert shown.headers["Vary"] == "Accept-Encoding"
    assert b"alert" not in shown.body
    assert b"circle" in shown.body
    assert shown.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    path = replacement["proposed"]["image"].removeprefix(public.api_url)
    assert public.call("GET", path, headers={"If-None-Match": shown.headers["ETag"]}).status == 304


# ---------------------------------------------------------------- cancellation, concurrency, permissions


def test_canceled_replacement_changes_nothing(owner: Client, public: Client) -> None:
    replacement, before = preview(owner, "pulsars", simple_badge()), public.get("/public/badges/pulsars").json
    assert owner.delete(f"/replacements/{replacement['id']}").json["status"] == "cancelled"
    assert confirm(owner, replacement).problem["code"] == "conflict"
    assert public.get("/public/badges/pulsars").json == before


def test_only_one_of_several_concurrent_confirmations_is_applied(owner: Client, public: Client) -> None:
    made = [preview(owner, "pulsars", simple_badge(f"Sundials {number}")) for number in range(4)]
    with ThreadPoolExecutor(len(made)) as people:
        answers = list(people.map(lambda replacement: confirm(owner, replacement), made))
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]
    winner = next(answer.json for answer in answers if answer.status == 200)
    assert public.get("/public/badges/pulsars").json["name"] == winner["proposed"]["name"]
    follow_resync(owner, winner)
    repeat = confirm(owner, winner)
    assert repeat.status == 200
    assert {**repeat.json, "imageResync": None} == {**winner, "imageResync": None}


def test_replacement_is_read_only_for_staff_and_hidden_from_other_issuers(
    owner: Client, signed_in: Callable[[str], Client]
) -> None:
    replacement = preview(owner, "pulsars", simple_badge("Astrolabes"))
    path, preview_path = f"/replacements/{replacement['id']}", "/badge-classes/pulsars/replacements"
    for email, to_look, to_act in ((STAFF, 200, 403), (OTHER_OWNER, 404, 404)):
        person = signed_in(email)
        for looked_at in (path, preview_path, f"{path}/failed-images"):
            assert person.get(looked_at).status == to_look, (email, looked_at)
        assert person.post(preview_path, simple_badge()).status == to_act
        assert confirm(person, replacement).status == to_act
        assert person.delete(path).status == to_act
    assert owner.get(path).json["status"] == "previewed"


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ({"url": "http://169.254.169.254/latest/meta-data/"}, "blocked-address"),
        ({"url": "http://0x0a.0.0.1/"}, "blocked-address"),
        ({"url": "http://127.0.0.1:1/"}, "unreachable-source"),  # the local profile allows loopback
        ({"json": {"name": "no badge"}}, "not-open-badges"),
        ({"image": base64.b64encode(color_png("#000")).decode()}, "no-badge-in-image"),
    ],
    ids=lambda value: value if isinstance(value, str) else next(iter(value)),
)
def test_invalid_source_is_rejected_with_a_specific_error_code(owner: Client, source: Json, code: str) -> None:
    answer = owner.post("/badge-classes/pulsars/replacements", source)
    assert (answer.status, answer.problem["code"]) == (422, code)


# ---------------------------------------------------------------- 13 days


@pytest.fixture
def notifications(stack: Json) -> Iterator[Callable[[], list[str]]]:
    """Yield a function that returns all messages from the alarm topic since this fixture started."""
    resource = aws(stack, "cloudformation").describe_stack_resource(
        StackName=STACK_NAME, LogicalResourceId="AlarmTopic"
    )
    topic, queues = resource["StackResourceDetail"]["PhysicalResourceId"], aws(stack, "sqs")
    url = queues.create_queue(QueueName="a-mailbox")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    queues.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    subscription = aws(stack, "sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, ReturnSubscriptionArn=True)

    def received() -> list[str]:
        answer = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=2)
        return [json.loads(message["Body"])["Message"] for message in answer.get("Messages", [])]

    yield received
    aws(stack, "sns").unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
    queues.delete_queue(QueueUrl=url)


def test_failed_images_are_retried_for_thirteen_days_before_operators_are_notified(
    stack: Json, owner: Client, public: Client, notifications: Callable[[], list[str]]
) -> None:
    for badge in ("meteors", "quasars"):
        replacement = preview(owner, badge, simple_badge(badge, image=picture(badge)))
        assert confirm(owner, replacement).status == 200
        assert follow_resync(owner, replacement)["status"] == "complete"
    made = {badge: preview(owner, badge, without_image(badge)) for badge in ("meteors", "quasars")}
    keys = {badge: f"images/{urlsplit(made[badge]['proposed']['image']).path.rpartition('/')[2]}" for badge in made}
    objects, images = aws(stack, "s3"), stack["buckets"]["images"]
    for badge, replacement in made.items():
        objects.delete_object(Bucket=images, Key=keys[badge])
        assert confirm(owner, replacement).status == 200
    for replacement in made.values():
        wait_for(owner, replacement, lambda resync: resync["failed"] == 2)
    confirmed = datetime.fromisoformat(owner.get(f"/replacements/{made['meteors']['id']}").json["confirmedAt"])
    shown = owner.get(f"/replacements/{made['meteors']['id']}/failed-images").json
    assert shown["contactAddress"] == "help@example.org"
    assert {item["reason"] for item in shown["items"]} == {
        "The badge's image is missing. Replace the badge with one that has an image."
    }

    def attempts(replacement: Json) -> int:
        items = owner.get(f"/replacements/{replacement['id']}/failed-images").json["items"]
        return sum(item["attempts"] for item in items)

    for day in range(1, 13):  # the longest retry delay is one day, so there is an attempt every day
        before = attempts(made["meteors"])
        sweep(stack, confirmed + timedelta(days=day))
        deadline = time.monotonic() + PATIENCE_SECONDS
        while attempts(made["meteors"]) != before + 2:
            assert time.monotonic() < deadline, f"nothing was retried on day {day}"
            time.sleep(0.1)
        assert resync_of(owner, made["meteors"])["status"] == "in-progress"
        if day == 3:  # an operator restores one of the two images
            objects.put_object(Bucket=images, Key=keys["quasars"], Body=base64.b64decode(picture("quasars")[22:]))
        if day == 4:
            assert follow_resync(owner, made["quasars"])["status"] == "complete"
            assert follow_redirects(public.get("/public/assertions/quasars-001").json["image"]).status == 200
    assert notifications() == []

    assert sweep(stack, confirmed + timedelta(days=13))["overdue"] == 1
    resync = resync_of(owner, made["meteors"])
    assert resync == resync | {"status": "overdue", "total": 2, "refreshed": 0, "failed": 2}
    (mail,) = notifications()
    assert "badge class meteors" in mail
    assert made["meteors"]["id"] in mail
    assert "overdue" not in sweep(stack, confirmed + timedelta(days=14))
    assert notifications() == [], "operators are notified once"
    assert attempts(made["meteors"]) > 20, "the reasons are still shown"


def without_image(badge: str) -> Json:
    source = simple_badge(f"{badge} again")
    del source["json"]["image"]
    return source


def picture(badge: str) -> str:
    return data_uri(color_png({"meteors": "#0f0", "quasars": "#00f"}[badge]))


def sweep(stack: Json, at: datetime) -> Json:
    """Invoke the sweeper's function as its schedule does, but at another time."""
    event = {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}
    event["time"] = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    answer = aws(stack, "lambda").invoke(
        FunctionName=stack["functions"]["imageResyncSweeper"], Payload=json.dumps(event)
    )
    outcomes: Json = json.load(answer["Payload"])
    assert "FunctionError" not in answer, outcomes
    return outcomes
