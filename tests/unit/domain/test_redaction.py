"""Secrets are taken out of texts, whatever stands around them; everything else stays."""

import string
import timeit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dart_batch.domain.redaction import MASK, redact

URL_SAFE = string.ascii_letters + string.digits + "-_"
SECRETS = st.text(URL_SAFE + "!$%^*+.~", min_size=12, max_size=60).map(lambda text: "Q7" + text)
NAMES = st.sampled_from(
    [
        *("key", "api_key", "API-KEY", "apiKey", "crtfc_key", "serviceKey", "token", "access_token", "X-Auth-Token"),
        *("secret", "client_secret", "password", "DB_PASSWORD", "passwd", "pwd", "passphrase", "credentials"),
        *("Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie", "비밀번호", "인증키"),
    ]
)
PLANTS = st.sampled_from(
    [
        "{name}={secret}",
        "{name} = {secret}",
        "{name}: {secret}",
        "{name}='{secret}'",
        '{name}: "{secret}"',
        '{{"{name}": "{secret}", "rows": 3}}',
        '{{"{name}":"{secret}"}}',
        '"{{\\"{name}\\": \\"{secret}\\"}}"',
        "{{'{name}': '{secret}'}}",
        "{{'{name}': b'{secret}'}}",
        "https://opendart.fss.or.kr/api/list.json?corp=005930&{name}={secret}&page=2",
        "--{name} {secret}",
        "--{name}={secret}",
        "Authorization: Bearer {secret}",
        "authorization: basic {secret}",
        "mysql+pymysql://dart:{secret}@db:3306/dart",
        "redis://:{secret}@cache/0",
        "https://{secret}@example.org/repository",
    ]
)
AROUND = st.text(string.ascii_letters + string.digits + " .,:;-/가나다\n", max_size=30)


@given(AROUND, PLANTS, NAMES, SECRETS, AROUND)
def test_a_planted_secret_is_gone(before: str, plant: str, name: str, secret: str, after: str) -> None:
    text = f"{before} {plant.format(name=name, secret=secret)} {after}"

    assert secret not in redact(text)
    assert MASK in redact(text)


@given(AROUND, PLANTS, NAMES, SECRETS, AROUND)
def test_a_second_look_changes_nothing(before: str, plant: str, name: str, secret: str, after: str) -> None:
    once = redact(f"{before} {plant.format(name=name, secret=secret)} {after}")

    assert redact(once) == once


@given(st.text(URL_SAFE, min_size=43, max_size=43), AROUND)
def test_a_key_of_this_api_needs_no_name(secret: str, around: str) -> None:
    assert secret not in redact(f"{around} dart_{secret} {around}")


@given(st.text("0123456789abcdef", min_size=40, max_size=40), st.sampled_from(["{}", "({})", "'{}'", "of {}, not"]))
def test_a_key_of_opendart_needs_no_name(secret: str, around: str) -> None:
    assert secret not in redact(around.format(secret))


@pytest.mark.parametrize(
    "text",
    [
        "2020-01-02..2020-05-27: 100 readings, 3 withheld",
        "Submitted by local: 123 sessions in 7 chunks, 0 skipped.",
        "Published 5238 sessions of KOSPI / kospi@1.",
        "Attempt 1 on host:123:abc123.",
        "KeyError: 'close'",
        "UNIQUE constraint failed: api_keys.key_hash",
        "The API key is not valid",
        "Job 01k8x0c5s6m2v7j3q9d4e1f8gh writes the same sessions of KOSPI / kospi.",
        "see https://example.org/a:b/c for more, or write to me@example.org",
        f"definition {'0f' * 32}, inputs {'a1' * 16}",
        " " * 80,
        "",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text


def test_what_surrounds_a_secret_stays_readable() -> None:
    shown = redact("GET https://opendart.fss.or.kr/api?crtfc_key=abc&corp=1 and mysql://dart:pw@db/x failed: 500")

    assert shown == "GET https://opendart.fss.or.kr/api?crtfc_key=***&corp=1 and mysql://dart:***@db/x failed: 500"


@given(st.text(st.sampled_from(""" =:'"\\&@/-*ab\n"""), max_size=40))
def test_no_punctuation_after_a_name_makes_trouble(text: str) -> None:
    once = redact(f"key={text} token:{text} mysql://a:{text}")

    assert redact(once) == once


@pytest.mark.parametrize("text", ["://" * 20_000, "key=" * 20_000, "&a" * 20_000 + "=", "key='" + "\\" * 50_000])
def test_a_hostile_text_takes_no_longer_than_its_length_allows(text: str) -> None:
    assert timeit.timeit(lambda: redact(text), number=1) < 2
