"""Public documents and baked images identify recipients by a hash that verifiers can check."""

import hashlib
import json
from dataclasses import replace as replaced
from typing import Any

import pytest

from badgedata import aws, config, published, stored_images
from badgedata.openbadges.baked_images import bake, unbake
from badgedata.records.awards import Award
from operations import hide_recipients
from tests.integration.operations.conftest import STACK_NAME
from tests.integration.operations.conftest import outputs as outputs
from tests.support.api_client import call
from tests.support.images import data_uri, gray_png, with_chunk
from tests.support.replacing import Queue, load_badge_class, new_badge, replace

pytestmark = pytest.mark.usefixtures("outputs")

IDENTITY = "learner0@example.org"


def award() -> Award:
    (found,) = Award.query("WELD")
    return found


def document(award_id: str = "A00000") -> Any:
    answer = call("GET", f"/public/assertions/{award_id}", email=None)
    assert answer.status == 200
    return json.loads(answer.text)


def identifies(recipient: dict[str, Any], claimed: str) -> bool:
    """Return whether a verifier would match the identities (Open Badges 2.0, "IdentityObject")."""
    algorithm, digest = str(recipient["identity"]).split("$")
    return digest == hashlib.new(algorithm, (claimed + recipient.get("salt", "")).encode()).hexdigest()


def publish_in_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = replaced(config.config(), hashes_recipients=False)
    for module in (
        "badgedata.resync.baking",
        "functions.api.api.routes.public",
        "functions.api.api.routes.public_images",
    ):
        monkeypatch.setattr(f"{module}.config", lambda: plain)


def bake_in_plain(monkeypatch: pytest.MonkeyPatch) -> stored_images.StoredImage:
    """Load and replace a badge class while identities are published in plain text. Return the award's image."""
    load_badge_class(1)
    with monkeypatch.context() as before:
        publish_in_plain(before)
        replace(new_badge(2))
        Queue().process_all()
        plain = stored_images.stored_image(award().image)
        assert plain is not None
        assert shown_image() == f"assertions/A00000/images/{plain.name}"
    assert IDENTITY in unbake(stored_images.read(plain))
    return plain


def shown_image(award_id: str = "A00000") -> str:
    """Return the last path segment of the URL that the award's image URL redirects to."""
    answer = call("GET", f"/public/assertions/{award_id}/image", email=None)
    return answer.headers["Location"].partition("/public/")[2]


def test_document_identifies_its_recipient_by_a_salted_hash() -> None:
    load_badge_class(1)
    recipient = document()["recipient"]
    assert recipient.keys() == {"type", "hashed", "identity", "salt"}
    assert (recipient["type"], recipient["hashed"]) == ("email", True)
    assert identifies(recipient, IDENTITY)
    assert not identifies(recipient, "learner1@example.org")
    assert IDENTITY not in json.dumps(document())


def test_award_document_does_not_change_between_requests_or_loads() -> None:
    load_badge_class(1)
    bodies = {call("GET", "/public/assertions/A00000", email=None).text for _ in range(3)}
    load_badge_class(1)
    assert bodies == {call("GET", "/public/assertions/A00000", email=None).text}


def test_awards_for_the_same_person_cannot_be_linked() -> None:
    same = {"type": "email", "identity": IDENTITY}
    more = [{"entityId": name, "recipient": same, "issuedOn": "2025-01-01T00:00:00Z"} for name in ("ONE", "TWO")]
    load_badge_class(0, assertions=more)
    one, two = document("ONE")["recipient"], document("TWO")["recipient"]
    assert identifies(one, IDENTITY)
    assert identifies(two, IDENTITY)
    assert one["salt"] != two["salt"]
    assert one["identity"] != two["identity"]


@pytest.mark.parametrize(
    ("kind", "identity", "claimed"),
    [
        ("email", "Ada@Example.ORG", "ada@example.org"),
        ("url", "https://people.example.org/Ada", "https://people.example.org/Ada"),
        ("telephone", "+49 30 1234", "+49 30 1234"),
        ("id", "JÖRG-7", "JÖRG-7"),
    ],
)
def test_every_type_of_identity_is_hashed_and_email_addresses_are_lowercased(
    kind: str, identity: str, claimed: str
) -> None:
    recipient = {"type": kind, "identity": identity}
    award = {"entityId": "ONE", "recipient": recipient, "issuedOn": "2025-01-01T00:00:00Z", "recipientName": "Ada L."}
    load_badge_class(0, assertions=[award])
    found = document("ONE")
    assert identifies(found["recipient"], claimed)
    assert identity not in json.dumps(found)
    assert "Ada L." not in json.dumps(found)


def test_identity_hashed_by_the_issuer_is_unchanged() -> None:
    recipient = {"type": "email", "hashed": True, "identity": "sha256$" + "0" * 64, "salt": "NaCl"}
    load_badge_class(0, assertions=[{"entityId": "ONE", "recipient": recipient, "issuedOn": "2025-01-01T00:00:00Z"}])
    assert document("ONE")["recipient"] == recipient


def test_unhashed_identities_are_published_if_a_setting_allows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    load_badge_class(1)
    publish_in_plain(monkeypatch)
    assert document()["recipient"] == {"type": "email", "hashed": False, "identity": IDENTITY}


def test_baked_image_contains_the_public_document() -> None:
    load_badge_class(1)
    replace(new_badge(2))
    Queue().process_all()
    image = stored_images.stored_image(award().image)
    assert image is not None
    baked = json.loads(unbake(stored_images.read(image)))
    assert baked == document()
    assert shown_image() == f"assertions/A00000/images/{image.name}"


def test_image_with_a_plain_identity_is_hidden_until_it_is_rebaked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = bake_in_plain(monkeypatch)
    of_the_badge = call("GET", "/public/badges/robotics/image", email=None).headers["Location"]
    assert of_the_badge.endswith(shown_image())
    direct = call("GET", f"/public/assertions/A00000/images/{plain.name}", email=None)
    assert direct.headers["Location"] == of_the_badge

    command = ["MAKERS", "--stack-name", STACK_NAME]
    assert hide_recipients.main([*command, "--dry-run"]) == 0
    assert "identify recipients in plain text: 1." in capsys.readouterr().out
    assert hide_recipients.main(command) == 0
    again = stored_images.stored_image(award().image)
    assert again is not None
    assert json.loads(unbake(stored_images.read(again))) == document()
    assert shown_image() == f"assertions/A00000/images/{again.name}"
    with pytest.raises(stored_images.ImageMissingError):
        stored_images.require(plain)
    assert hide_recipients.main(command) == 0
    assert "0 of 0 award images" in capsys.readouterr().out


def test_image_with_a_plain_identity_stays_hidden_after_a_load_hashes_the_identity(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bake_in_plain(monkeypatch)
    recipient = {"type": "email", "hashed": True, "identity": "sha256$" + "0" * 64}
    load_badge_class(0, assertions=[{"entityId": "A00000", "recipient": recipient, "issuedOn": award().issued_on}])
    assert award().recipient_hashed
    baked = stored_images.stored_image(award().image)
    assert baked is not None
    assert IDENTITY in unbake(stored_images.read(baked))
    assert shown_image().startswith("images/")
    assert hide_recipients.main(["MAKERS", "--stack-name", STACK_NAME]) == 0
    assert shown_image().startswith("assertions/A00000/images/")
    assert IDENTITY not in call("GET", "/public/assertions/A00000", email=None).text


def test_image_baked_by_version_0_1_is_hidden() -> None:
    load_badge_class(1)
    old = stored_images.StoredImage("baked/A00000/1.png")
    stored_images.put(old, bake(gray_png(1), "image/png", json.dumps({"recipient": {"identity": IDENTITY}})))
    award().update([Award.image.set(old.in_record), Award.image_version.set(1)])
    assert shown_image().startswith("images/")


@pytest.mark.parametrize("identity", [IDENTITY, "sha256$" + "0" * 64])
def test_loaded_image_is_hidden_if_it_identifies_the_recipient(identity: str) -> None:
    baked = bake(gray_png(1), "image/png", json.dumps({"type": "Assertion", "recipient": {"identity": identity}}))
    load_badge_class(
        0,
        assertions=[
            {
                "entityId": "ONE",
                "recipient": {"type": "email", "identity": IDENTITY},
                "issuedOn": "2025-01-01T00:00:00Z",
                "image": data_uri(baked),
            }
        ],
    )
    assert shown_image("ONE").startswith("images/" if identity == IDENTITY else "assertions/ONE/images/")


def test_loaded_image_is_hidden_if_only_its_second_badge_identifies_the_recipient() -> None:
    assertion = json.dumps({"type": "Assertion", "recipient": {"identity": IDENTITY}})
    credential = json.dumps({"type": ["VerifiableCredential", "OpenBadgeCredential"]})
    both = with_chunk(
        bake(gray_png(1), "image/png", assertion), b"iTXt", b"openbadgecredential\0\0\0\0\0" + credential.encode()
    )
    award = {
        "entityId": "ONE",
        "recipient": {"type": "email", "identity": IDENTITY},
        "issuedOn": "2025-01-01T00:00:00Z",
        "image": data_uri(both),
    }
    load_badge_class(0, assertions=[award])
    assert shown_image("ONE").startswith("images/")


@pytest.mark.parametrize("names_recipient", [True, False])
def test_loaded_image_is_hidden_if_it_names_a_recipient_whose_identity_the_issuer_hashed(names_recipient: bool) -> None:
    hashed = "sha256$" + "0" * 64
    baked = json.dumps({"type": "Assertion", "recipient": {"identity": IDENTITY if names_recipient else hashed}})
    award = {
        "entityId": "ONE",
        "recipient": {"type": "email", "hashed": True, "identity": hashed},
        "issuedOn": "2025-01-01T00:00:00Z",
        "image": data_uri(bake(gray_png(1), "image/png", baked)),
    }
    load_badge_class(0, assertions=[award])
    assert shown_image("ONE").startswith("images/" if names_recipient else "assertions/ONE/images/")


@pytest.mark.parametrize(("identity", "is_shown"), [("12345678", False), ("87654321", True)])
def test_kept_image_is_hidden_if_a_later_load_makes_its_text_the_identity(identity: str, is_shown: bool) -> None:
    image = with_chunk(gray_png(1), b"tEXt", b"Comment\0member 12345678")
    hashed = {"type": "id", "hashed": True, "identity": "sha256$" + "0" * 64}
    loaded = {"entityId": "ONE", "issuedOn": "2025-01-01T00:00:00Z"}
    load_badge_class(0, assertions=[loaded | {"recipient": hashed, "image": data_uri(image)}])
    assert shown_image("ONE").startswith("assertions/ONE/images/")
    load_badge_class(0, assertions=[loaded | {"recipient": {"type": "id", "identity": identity}}])
    kept = stored_images.stored_image(award().image)
    assert kept is not None
    assert stored_images.read(kept) == image
    assert shown_image("ONE").startswith("assertions/ONE/images/" if is_shown else "images/")


def test_image_that_this_product_baked_is_shown_after_it_is_loaded() -> None:
    load_badge_class(1)
    replace(new_badge(2))
    Queue().process_all()
    baked = stored_images.stored_image(award().image)
    assert baked is not None
    recipient = {"type": "email", "identity": IDENTITY}
    exported = {"entityId": "A00000", "recipient": recipient, "issuedOn": award().issued_on}
    load_badge_class(0, assertions=[exported | {"image": data_uri(stored_images.read(baked))}])
    assert (award().image or "").endswith("-hashed.png")
    assert shown_image().startswith("assertions/A00000/images/")


def test_public_responses_about_awards_forbid_indexing() -> None:
    load_badge_class(2)
    replace(new_badge(2))
    Queue().process_all()
    first, second = Award.query("WELD")
    second.update([Award.revoked.set(True)])
    name = (first.image or "").rpartition("/")[2]
    etag = call("GET", "/public/assertions/A00000", email=None).headers["ETag"]
    answers = [
        call("GET", "/public/assertions/A00000", email=None),
        call("GET", "/public/assertions/A00000", email=None, headers={"If-None-Match": etag}),
        call("GET", "/public/assertions/A00000", email=None, headers={"Accept": "text/html"}),
        call("GET", "/public/assertions/A00001", email=None),
        call("GET", "/public/assertions/A00001", email=None, headers={"Accept": "text/html"}),
        call("GET", "/public/assertions/none", email=None),
        call("GET", "/public/assertions/none", email=None, headers={"Accept": "text/html"}),
        call("GET", "/public/assertions/A00000/image", email=None),
        call("GET", "/public/assertions/A00001/image", email=None),
        call("GET", f"/public/assertions/A00000/images/{name}", email=None),
        call("GET", "/public/assertions/A00000/images/9.png", email=None),
    ]
    assert [answer.status for answer in answers] == [200, 304, 200, 410, 410, 404, 404, 302, 302, 302, 302]
    assert {answer.headers.get("X-Robots-Tag") for answer in answers} == {"noindex"}
    assert "X-Robots-Tag" not in call("GET", "/public/badges/robotics", email=None).headers


def test_image_is_deleted_if_its_award_is_deleted_during_baking(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    load_badge_class(1)
    replace(new_badge(2))
    real = published.assertion

    def deleted_first(award: Award, *arguments: Any) -> Any:
        Award.get(award.issuer_id, award.issued_on_award_id).delete()
        return real(award, *arguments)

    monkeypatch.setattr(published, "assertion", deleted_first)
    Queue().process_all()
    found = aws.s3().list_objects_v2(Bucket=config.config().images_bucket, Prefix="baked/")
    assert found["KeyCount"] == 0
