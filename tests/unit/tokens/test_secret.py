"""The format of an access token's secret."""

import pytest

from badgedata.tokens.secret import hash_of, is_secret, new_secret

SECRET = "bdm_0000000000000000000000000000002C8GjS"


def test_new_secrets_are_valid_and_distinct() -> None:
    secrets = {new_secret() for _ in range(200)}
    assert len(secrets) == 200
    assert all(map(is_secret, secrets))


@pytest.mark.parametrize("position", range(4, 40))
def test_secret_with_one_wrong_character_is_rejected(position: int) -> None:
    wrong = "x" if SECRET[position] != "x" else "y"
    assert not is_secret(SECRET[:position] + wrong + SECRET[position + 1 :])


@pytest.mark.parametrize(
    "text",
    [
        "", "bdm_", SECRET[:-1], f"{SECRET}0", f"{SECRET}\n", f" {SECRET}", SECRET.upper(), SECRET.replace("_", "-"),
        SECRET.replace("0", "٠"), "bdm_" + "0" * 10_000,
    ],
    ids=lambda text: ascii(text[:12]),
)  # fmt: skip
def test_text_in_another_format_is_not_accepted_as_a_secret(text: str) -> None:
    assert is_secret(SECRET)
    assert not is_secret(text)


def test_secret_is_hashed_with_sha_256() -> None:
    assert hash_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
