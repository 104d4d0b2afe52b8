"""API Gateway, which invokes the API's function: the tokens it accepts, and its own responses."""

import base64
import hmac
import json
import time
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest

from tests.support.deployed_client import Answer, Client, aws

OWNER = "grace@example.org"


def unauthorized(answer: Answer) -> bool:
    return answer.status == 401 and answer.problem["code"] == "unauthorized"


@pytest.fixture(scope="module")
def user_pools(stack: dict[str, Any]) -> Any:
    """An administrator's client for the user pools."""
    return aws(stack, "cognito-idp")


def sign_in(pools: Any, pool_id: str, client_id: str, email: str, password: str, verified: bool) -> str:
    """Create a user, and return the ID token."""
    attributes = [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": str(verified).lower()}]
    pools.admin_create_user(UserPoolId=pool_id, Username=email, UserAttributes=attributes, MessageAction="SUPPRESS")
    pools.admin_set_user_password(UserPoolId=pool_id, Username=email, Password=password, Permanent=True)
    answer = pools.initiate_auth(
        ClientId=client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": email, "PASSWORD": password},
    )
    return str(answer["AuthenticationResult"]["IdToken"])


def part(token: str, number: int) -> dict[str, Any]:
    text = token.split(".")[number]
    decoded: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return decoded


def encoded(value: Any) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


# ---------------------------------------------------------------- tokens


@pytest.mark.parametrize(
    "path", ["/me", "/issuers/aurora-science", "/exports?issuerId=aurora-science", "/exports/X/file"]
)
def test_request_without_a_token_reveals_nothing(stack: dict[str, Any], path: str) -> None:
    assert unauthorized(Client(stack["apiUrl"]).get(path))


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "null", "Bearer", "é".encode().decode("latin-1"), "x" * 8000])
def test_malformed_token_is_rejected(stack: dict[str, Any], token: str) -> None:
    assert unauthorized(Client(stack["apiUrl"], token).get("/me"))


def test_modified_token_is_rejected(stack: dict[str, Any], token: Callable[[str], str]) -> None:
    header, claims, signature = token(OWNER).split(".")
    promoted = encoded(part(token(OWNER), 1) | {"email": "ada@example.org"})
    later = encoded(part(token(OWNER), 1) | {"exp": int(time.time()) + 10**8})
    unsigned = encoded({"alg": "none", "typ": "JWT"})
    own_key = encoded(part(token(OWNER), 0) | {"alg": "HS256"})
    own_signature = encoded(hmac.digest(b"key", f"{own_key}.{promoted}".encode(), sha256))
    for changed in (
        f"{header}.{promoted}.{signature}",
        f"{header}.{later}.{signature}",
        f"{header}.{claims}.{signature[:-8]}AAAAAAAA",
        f"{header}.{claims}.",
        f"{unsigned}.{promoted}.",
        f"{own_key}.{promoted}.{own_signature}",
    ):
        assert unauthorized(Client(stack["apiUrl"], changed).get("/me")), changed
    assert Client(stack["apiUrl"], token(OWNER)).get("/me").status == 200


def test_token_from_another_user_pool_is_rejected(stack: dict[str, Any], user_pools: Any) -> None:
    pool = user_pools.create_user_pool(PoolName="another", UsernameAttributes=["email"])["UserPool"]["Id"]
    client = user_pools.create_user_pool_client(
        UserPoolId=pool, ClientName="another", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    token = sign_in(user_pools, pool, client, OWNER, stack["password"], verified=True)
    assert part(token, 1)["email"] == OWNER
    assert unauthorized(Client(stack["apiUrl"], token).get("/me"))


def test_token_for_another_app_client_is_rejected(stack: dict[str, Any], user_pools: Any) -> None:
    client = user_pools.create_user_pool_client(
        UserPoolId=stack["userPoolId"], ClientName="another", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    answer = user_pools.initiate_auth(
        ClientId=client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": OWNER, "PASSWORD": stack["password"]},
    )
    token = str(answer["AuthenticationResult"]["IdToken"])
    assert part(token, 1)["email"] == OWNER
    assert part(token, 1)["aud"] == client
    rejected = Client(stack["apiUrl"], token).get("/me")
    assert unauthorized(rejected)
    assert "client" in rejected.problem["detail"]


def test_access_token_is_not_accepted_as_an_id_token(stack: dict[str, Any], user_pools: Any) -> None:
    answer = user_pools.initiate_auth(
        ClientId=stack["clientId"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": OWNER, "PASSWORD": stack["password"]},
    )
    assert unauthorized(Client(stack["apiUrl"], answer["AuthenticationResult"]["AccessToken"]).get("/me"))


def test_token_with_an_unverified_email_address_is_rejected(stack: dict[str, Any], user_pools: Any) -> None:
    token = sign_in(
        user_pools, stack["userPoolId"], stack["clientId"], "mallory@example.org", stack["password"], verified=False
    )
    answer = Client(stack["apiUrl"], token).get("/me")
    assert unauthorized(answer)
    assert "verified" in answer.problem["detail"]


def test_expired_token_is_rejected(stack: dict[str, Any], user_pools: Any) -> None:
    client = user_pools.create_user_pool_client(
        UserPoolId=stack["userPoolId"],
        ClientName="short",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"],
        IdTokenValidity=2,
        TokenValidityUnits={"IdToken": "seconds"},
    )["UserPoolClient"]["ClientId"]
    answer = user_pools.initiate_auth(
        ClientId=client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": OWNER, "PASSWORD": stack["password"]},
    )
    token = str(answer["AuthenticationResult"]["IdToken"])
    time.sleep(max(0, part(token, 1)["exp"] - time.time()) + 1)
    assert unauthorized(Client(stack["apiUrl"], token).get("/me"))


# ---------------------------------------------------------------- routes, sizes, and public routes


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/nothing"), ("PUT", "/me"), ("GET", "/issuers/%20%2e"), ("GET", "/")]
)
def test_unknown_route_returns_not_found(owner: Client, method: str, path: str) -> None:
    answer = owner.call(method, path)
    assert (answer.status, answer.problem["code"]) == (404, "not-found")


def test_large_malformed_body_and_oversized_url_are_rejected(owner: Client) -> None:
    malformed = owner.call("POST", "/issuers/aurora-science/exports", b"[" * 4_000_000)
    assert (malformed.status, malformed.problem["code"]) == (400, "malformed-request")
    assert 400 <= owner.get("/issuers/" + "x" * 1_000_000).status < 500


def test_openapi_document_is_public_and_contains_the_api_url(stack: dict[str, Any]) -> None:
    anybody = Client(stack["apiUrl"])
    document = anybody.get("/openapi.json")
    assert document.status == 200
    assert document.json["servers"] == [{"url": stack["apiUrl"]}]
    assert {"/me", "/exports/{exportId}/file"} <= document.json["paths"].keys()
    page = anybody.get("/reference")
    assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert b"Badge Data Management API" in page.body


def test_gateway_responses_are_never_cached(stack: dict[str, Any]) -> None:
    answer = Client(stack["apiUrl"]).get("/me")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
