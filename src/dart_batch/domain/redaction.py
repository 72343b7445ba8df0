"""Takes secrets out of texts before they are stored or shown."""

import re
from collections.abc import Mapping
from typing import Any

MASK = "***"

_SUSPECT = re.compile(
    "key|token|secret|passw|passphrase|pwd|credential|authorization|cookie|bearer|basic |://|dart_|비밀번호|인증키"
)
_NAME = r"(?:key|token|secret|passw(?:or)?d|passphrase|pwd|credentials?|authorization|cookie|비밀번호|인증키)"
_QUOTED = r"""(?P<q>["'])(?:\\.|(?!(?P=q))[^\\])*(?P=q)|(?P<e>\\["'])(?:(?!(?P=e)).)*(?P=e)|\\?["'].*"""
_VALUE = rf"(?P<value>{_QUOTED}|(?:(?!&[\w.-]+=)\S)+)"
_SCHEME = r"(?:bearer|basic|digest|token)\s+"

_NAMED = re.compile(rf"""(?P<name>{_NAME}\\?["']?\s*[=:]\s*(?:{_SCHEME}|b(?=["']))?){_VALUE}""", re.IGNORECASE)
_OPTION = re.compile(rf"(?P<name>--[\w-]*{_NAME}\s+){_VALUE}", re.IGNORECASE)
_IN_ADDRESS = re.compile(r"(://(?:[^\s/:@]*:)?)[^\s/]+@")
_IN_HEADER = re.compile(r"\b((?:bearer|basic)\s+)[\w.~+/=-]{8,}", re.IGNORECASE)
_DART_KEY = r"(?<![0-9a-zA-Z])[0-9a-fA-F]{40}(?![0-9a-zA-Z])"
_NAMELESS = re.compile(_DART_KEY)
_ALONE = re.compile(rf"\bdart_[\w-]{{40,}}|{_DART_KEY}")


def redact(text: str) -> str:
    """The text with MASK in place of secrets; a text without any is answered as it is.

    Secrets are passwords and tokens in addresses, values of anything named key, token, secret, password or alike
    (`name=value`, `name: value`, `--name value`), of Authorization and Cookie headers, keys of this API, and keys of
    OpenDART (40 hexadecimal digits) even without a name. Rather masks too much than too little.
    """
    if _SUSPECT.search(text.lower()) or _NAMELESS.search(text):
        return _masked(text)
    return text


def redact_all(value: Any) -> Any:
    """The same with every text in mappings and lists, however deep; tuples become lists, names of mappings texts."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return {str(name): redact_all(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [redact_all(inner) for inner in value]
    return value


def _masked(text: str) -> str:
    text = _IN_ADDRESS.sub(rf"\1{MASK}@", text)
    text = _OPTION.sub(_value_masked, _NAMED.sub(_value_masked, text))
    text = _IN_HEADER.sub(rf"\1{MASK}", text)
    return _ALONE.sub(MASK, text)


def _value_masked(found: re.Match[str]) -> str:
    quote = found["q"] or found["e"] or ""
    return f"{found['name']}{quote}{MASK}{quote}"
