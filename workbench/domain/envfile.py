"""`.env` and `.dev.vars` files: what is in them, and the target they describe."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from workbench.domain.ids import new_id
from workbench.domain.secret import Secret
from workbench.domain.targets import SecretKind, Target, TargetKind
from workbench.domain.urls import ReadUrl, UrlKind, read_url

MAX_LENGTH = 1_000_000


@dataclass(frozen=True, slots=True)
class EnvFile:
    """values: as a shell would have them, not shown in a repr. problems: sentences that name lines, never their content."""

    values: Mapping[str, str] = field(repr=False)
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportedTarget:
    """What a file says about a connection, for the user to look at before anything is saved.

    draft: None when the file describes none. secrets: by SecretKind, or `provider:{slug}` (see targets.secret_name).
    understood: (variable, what it is used for). problems: what could not be read, by name. ignored: variables with no meaning here.
    model: the model the address names, if any.
    """

    draft: Target | None
    secrets: Mapping[str, Secret] = field(default_factory=dict)
    understood: tuple[tuple[str, str], ...] = ()
    problems: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    model: str = ""


_NAME = re.compile(r"[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*=[ \t]*")
_QUOTED = {
    '"': re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL),
    "'": re.compile(r"'([^']*)'"),
    "`": re.compile(r"`([^`]*)`"),
}
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_AFTER_VALUE = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\n|$)")


def parse_env(text: str) -> EnvFile:
    """Read `NAME=value` lines: `export`, comments, three kinds of quotes, several lines within quotes, CRLF, BOM. Never raises.

    A name given twice has its last value. `$OTHER` is not replaced.
    """
    if len(text) > MAX_LENGTH:
        return EnvFile({}, ("The file is too large to be an environment file.",))
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    values: dict[str, str] = {}
    problems: list[str] = []
    at = 0
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        line = text[at:end].strip()
        if not line or line.startswith("#"):
            at = end + 1
            continue
        number = text.count("\n", 0, at) + 1
        name = _NAME.match(text, at, end)
        if name is None:
            problems.append(f"Line {number} is not of the form NAME=value.")
            at = end + 1
            continue
        value = _quoted(text, name.end())
        if value is None:
            if text[name.end() : name.end() + 1] in _QUOTED and name.end() < end:
                problems.append(f"The quotes in line {number} do not match; it was not read.")
            else:
                values[name[1]] = re.sub(r"(?:^|[ \t]+)#.*$", "", text[name.end() : end]).strip()
            at = end + 1
        else:
            values[name[1]], at = value
    return EnvFile(values, tuple(problems))


def _quoted(text: str, at: int) -> tuple[str, int] | None:
    """The quoted value that starts at `at`, and where its line ends; None when there is no (sound) quoted value."""
    quote = text[at : at + 1]
    found = _QUOTED[quote].match(text, at) if quote in _QUOTED else None
    after = _AFTER_VALUE.match(text, found.end()) if found else None
    if found is None or after is None:
        return None
    value = found[1]
    if quote == '"':
        value = re.sub(r"\\(.)", lambda escape: _ESCAPES.get(escape[1], escape[1]), value, flags=re.DOTALL)
    return value, after.end()


_URL, _TOKEN = "GATEWAY_URL", "GATEWAY_TOKEN"
_ACCOUNT, _API_TOKEN = "CLOUDFLARE_ACCOUNT_ID", "CLOUDFLARE_API_TOKEN"
_OPENAI_URL, _OPENAI_KEY = "OPENAI_BASE_URL", "OPENAI_API_KEY"


def read_environment(text: str) -> ImportedTarget:
    """The connection an environment file describes. What could not be read is named in `problems`; no value of a token ever is.

    The address comes from GATEWAY_URL, else OPENAI_BASE_URL, else CLOUDFLARE_ACCOUNT_ID alone. Never raises.
    """
    env = parse_env(text)
    return _Reading(env).result()


class _Reading:
    def __init__(self, env: EnvFile) -> None:
        self._values = {name: value.strip() for name, value in env.values.items() if value.strip()}
        self._empty = [name for name, value in env.values.items() if not value.strip() and name in _KNOWN]
        self._problems = list(env.problems)
        self._understood: dict[str, list[str]] = {}
        self._told: set[str] = set()  # named among the problems already
        self._secrets: dict[str, Secret] = {}

    def result(self) -> ImportedTarget:
        self._problems += [f"{name} is empty." for name in self._empty]
        url, draft = self._address()
        if draft is not None:
            self._take_secrets(draft)
        elif not self._problems:
            self._problems.append(f"There is no {_URL} in it, and no {_OPENAI_URL} or {_ACCOUNT} either.")
        left = [name for name in _KNOWN if name in self._values.keys() - self._understood.keys() - self._told]
        if draft is not None:
            self._problems += [
                f"{name} does not belong to this connection and was left out." for name in left
            ]
        return ImportedTarget(
            draft,
            self._secrets,
            tuple((name, ", and ".join(words)) for name, words in self._understood.items()),
            tuple(self._problems),
            tuple(name for name in self._values if name not in _KNOWN and _PLAIN_NAME.fullmatch(name)),
            url.model,
        )

    def _address(self) -> tuple[ReadUrl, Target | None]:
        for name in (_URL, _OPENAI_URL):
            if name not in self._values:
                continue
            url = read_url(self._values[name])
            self._problems += [f"{name}: {problem}" for problem in url.problems]
            draft = url.target(new_id(), _name_of(url))
            if draft is not None:
                self._understand(name, _words(url))
                return url, self._with_account(draft)
        if _ACCOUNT in self._values:
            url = ReadUrl(UrlKind.REST)
            return url, self._with_account(Target(new_id(), _name_of(url), TargetKind.CLOUDFLARE))
        return ReadUrl(), None

    def _with_account(self, draft: Target) -> Target:
        account = self._values.get(_ACCOUNT, "")
        if not account or draft.kind is not TargetKind.CLOUDFLARE:
            return draft
        if draft.account and draft.account.lower() != account.lower():
            self._problems.append(f"{_ACCOUNT} differs from the account in the address, which is used.")
            self._told.add(_ACCOUNT)
            return draft
        self._understand(_ACCOUNT, "the account id")
        missing = "The account id is missing."
        self._problems = [problem for problem in self._problems if not problem.endswith(missing)]
        return replace(draft, account=account)

    def _take_secrets(self, draft: Target) -> None:
        if draft.kind is TargetKind.OPENAI:
            self._take(
                _OPENAI_KEY if _OPENAI_KEY in self._values else _TOKEN, SecretKind.API_TOKEN, "the API key"
            )
            return
        self._take(_API_TOKEN, SecretKind.API_TOKEN, "the API token")
        if draft.gateway:
            self._take(_TOKEN, SecretKind.GATEWAY_TOKEN, "the gateway token")
            self._take(_OPENAI_KEY, "provider:openai", "your own key at OpenAI, sent through the gateway")
        if SecretKind.API_TOKEN not in self._secrets:
            # One Cloudflare token may serve as both (ai-gateway §3.1), and files of this kind often hold just one.
            self._take(_TOKEN, SecretKind.API_TOKEN, "the API token, for the file has no other")

    def _take(self, name: str, kind: str, words: str) -> None:
        if name in self._values:
            self._secrets[kind] = Secret(self._values[name])
            self._understand(name, words)

    def _understand(self, name: str, words: str) -> None:
        self._understood.setdefault(name, []).append(words)


_PLAIN_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,47}")
"""Only such names are repeated to the user: in a garbled file, half a token may stand before an “=”."""
_KNOWN = (_URL, _TOKEN, _ACCOUNT, _API_TOKEN, _OPENAI_URL, _OPENAI_KEY)


def _name_of(url: ReadUrl) -> str:
    if url.base_url:
        return url.custom_domain or url.base_url.split("://", 1)[-1].split("/", 1)[0]
    return f"Cloudflare, {url.gateway}" if url.gateway else "Cloudflare"


def _words(url: ReadUrl) -> str:
    """What an address was understood to be."""
    match url.kind:
        case UrlKind.OPENAI:
            return f"an OpenAI-compatible server at {url.base_url}"
        case UrlKind.CUSTOM_DOMAIN:
            return f"a gateway's own domain, {url.custom_domain}"
        case UrlKind.DASHBOARD:
            return f"account {url.account}"
    parts = [f"account {url.account}" if url.account else "", f"gateway {url.gateway}" if url.gateway else ""]
    parts += [f"provider {url.provider}" if url.provider else "", f"model {url.model}" if url.model else ""]
    return ", ".join(part for part in parts if part) or "Cloudflare"
