"""The built function that serves the page: URLs, caching, and security headers."""

import gzip
import importlib.util
import json
import re
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from development.sam_template import template
from local.deploy import CONSOLE, build_console
from tests.support.invocations import context, sample_event

type Answer = dict[str, Any]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the function, built as `sam build` does."""
    folder = tmp_path_factory.mktemp("console")
    build_console(folder)
    return folder


@pytest.fixture(scope="session")
def console(built: Path) -> ModuleType:
    """Return the function's module."""
    specification = importlib.util.spec_from_file_location("built_console", built / "console.py")
    assert specification
    assert specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture
def get(console: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Answer]:
    """Return a function that requests a path from a deployment's console."""
    monkeypatch.setenv("USER_POOL_CLIENT_ID", "1example23456789")
    monkeypatch.setenv("USER_POOL_ENDPOINT", "https://cognito-idp.eu-west-1.amazonaws.com/")
    monkeypatch.setenv("MANAGED_LOGIN_URL", "https://badges.auth.eu-west-1.amazoncognito.com")
    monkeypatch.setenv("CONTACT_ADDRESS", "help@example.org")
    monkeypatch.setenv("NOTIFICATION_SENDER", "badges@example.org")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)

    def asked(path: str = "/console", resource: str | None = None, **parameters: str) -> Answer:
        event = sample_event("console") | {"path": path, "resource": resource or path}
        answer: Answer = console.handler(event | {"pathParameters": parameters or None}, context())
        return answer

    return asked


@pytest.fixture
def asset(get: Callable[..., Answer]) -> Callable[[str], Answer]:
    """Return a function that requests one of the page's files."""
    return lambda file: get(f"/console/assets/{file}", "/console/assets/{file}", file=file)


class Elements(HTMLParser):
    """The start tags of a page, and the content of its scripts by ID."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.tags and (name := self.tags[-1][1].get("id")):
            self.texts[name] = self.texts.get(name, "") + data.strip()

    def named(self, tag: str, attribute: str, **having: str) -> list[str]:
        """Return the file names in `attribute` of all elements with this tag and these other attributes."""
        addresses = [
            found[attribute] or "" for name, found in self.tags if name == tag and having.items() <= found.items()
        ]
        return [address.removeprefix("console/assets/") for address in addresses]


def settings_of(page: str) -> Any:
    return json.loads(Elements(page).texts["configuration"])


# ---------------------------------------------------------------- page and files


def test_console_sample_event_returns_the_page(console: ModuleType, get: Callable[..., Answer]) -> None:
    answer = console.handler(sample_event("console"), context())
    assert answer["statusCode"] == 200
    assert answer["headers"]["Content-Type"] == "text/html; charset=utf-8"
    assert answer["body"].startswith("<!doctype html>")


def test_every_page_file_exists_and_is_cached_for_a_year(
    get: Callable[..., Answer], asset: Callable[[str], Answer]
) -> None:
    named = re.findall(r'(?:href|src)="console/assets/([^"]+)"', get()["body"])
    assert len(named) >= 3
    for file in named:
        answer = asset(file)
        assert answer["statusCode"] == 200, file
        assert answer["headers"]["Cache-Control"] == "public, max-age=31536000, immutable"


def scripts_of(asset: Callable[[str], Answer], first: str) -> dict[str, str]:
    """Return the contents of a script and of its static and dynamic imports, by name."""
    found: dict[str, str] = {}
    names = [first]
    while names:
        name = names.pop()
        if name not in found:
            found[name] = asset(name)["body"]
            names += re.findall(r"""(?:from|import)\(?\s*["']\./([\w.-]+\.js)["']""", found[name])
    return found


def test_page_has_one_style_sheet_and_preloads_all_startup_scripts(
    get: Callable[..., Answer], asset: Callable[[str], Answer]
) -> None:
    """Otherwise, the browser requests each import only after receiving the script that imports it.

    Parts that are not needed to sign in are imported later, by `import()`.
    """
    page = Elements(get()["body"])
    [style], [script] = page.named("link", "href", rel="stylesheet"), page.named("script", "src", type="module")
    preloaded = page.named("link", "href", rel="modulepreload")
    for name in (script, *preloaded):
        imported = re.findall(r"""\b(?:from|import)\s*["']\.?/([^"']+)""", asset(name)["body"])
        assert set(imported) <= set(preloaded)
    assert set(preloaded) < set(scripts_of(asset, script))
    assert not re.search(r"@import|url\((?!['\"]?data:)", asset(style)["body"])
    [icon] = page.named("link", "href", rel="icon")
    assert icon.startswith("data:image/svg+xml,")


def test_initial_load_is_at_most_60_kb_when_compressed(
    get: Callable[..., Answer], asset: Callable[[str], Answer]
) -> None:
    api = template()["Resources"]["Api"]["Properties"]
    page = Elements(get()["body"])
    files = page.named("link", "href", rel="stylesheet") + page.named("script", "src", type="module")
    files += page.named("link", "href", rel="modulepreload")
    bodies = [answer["body"].encode() for answer in (get(), *map(asset, files))]
    sent = [gzip.compress(body) if len(body) >= api["MinimumCompressionSize"] else body for body in bodies]
    assert sum(map(len, sent)) <= 60_000


def test_caches_store_compressed_and_plain_responses_separately(
    get: Callable[..., Answer], asset: Callable[[str], Answer]
) -> None:
    [script] = Elements(get()["body"]).named("script", "src", type="module")
    assert get()["headers"]["Vary"] == asset(script)["headers"]["Vary"] == "Accept-Encoding"


def test_html_page_is_never_cached(get: Callable[..., Answer]) -> None:
    assert get()["headers"]["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "file", ["console.py", "../console.py", "index.html", "../index.html", "", "nothing.js", "main.js", "style.css"]
)
def test_unknown_file_returns_not_found(asset: Callable[[str], Answer], file: str) -> None:
    assert asset(file)["statusCode"] == 404


def test_outdated_script_url_returns_an_instruction_to_reload(asset: Callable[[str], Answer]) -> None:
    answer = asset("main-0123ABCD.js")
    assert answer["statusCode"] == 404
    assert answer["headers"]["Cache-Control"] == "no-store"
    assert "Reload" in answer["body"]


def test_trailing_slash_is_removed_by_a_redirect(get: Callable[..., Answer]) -> None:
    answer = get("/console/", "/console")
    assert (answer["statusCode"], answer["headers"]["Location"]) == (308, "../console")


def test_page_and_its_files_are_served_with_a_base_path(get: Callable[..., Answer]) -> None:
    """API Gateway includes a custom domain's base path in the request path."""
    page = get("/learning/badges/console", "/console")["body"]
    named = [address for address in re.findall(r'(?:href|src)="([^"]+)"', page) if not address.startswith("data:")]
    assert named
    for address in named:
        assert not re.match(r"/|\w+:", address), "only a relative URL keeps the base path"
        if address.startswith("console/assets/"):
            file = address.removeprefix("console/assets/")
            answer = get(f"/learning/badges/{address}", "/console/assets/{file}", file=file)
            assert answer["statusCode"] == 200
    assert get("/learning/badges/console/", "/console")["headers"]["Location"] == "../console"


# ---------------------------------------------------------------- settings and security headers


def test_page_settings_contain_the_sign_in_url(get: Callable[..., Answer]) -> None:
    assert settings_of(get()["body"]) == {
        "clientId": "1example23456789",
        "userPoolEndpoint": "https://cognito-idp.eu-west-1.amazonaws.com/",
        "managedLoginUrl": "https://badges.auth.eu-west-1.amazoncognito.com",
        "contactAddress": "help@example.org",
        "notificationSender": "badges@example.org",
    }


def test_page_settings_cannot_break_out_of_their_script_element(
    get: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "</script><!--<script>'\"&@example.org"
    monkeypatch.setenv("CONTACT_ADDRESS", address)
    page = get()["body"]
    assert settings_of(page)["contactAddress"] == address
    assert page.count("<script") == 2


def test_content_security_policy_allows_only_page_scripts_and_known_hosts(
    get: Callable[..., Answer],
) -> None:
    rules = dict(rule.split(" ", 1) for rule in get()["headers"]["Content-Security-Policy"].split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == "'self'"
    assert rules["connect-src"] == (
        "'self' https://badges.auth.eu-west-1.amazoncognito.com https://cognito-idp.eu-west-1.amazonaws.com"
    )
    assert rules["frame-ancestors"] == "'none'"
    assert rules["require-trusted-types-for"] == "'script'"
    assert rules["trusted-types"] == "'none'"


# ---------------------------------------------------------------- build


def test_file_name_changes_when_the_content_changes(built: Path, tmp_path: Path) -> None:
    source = tmp_path / "source"
    not_needed = shutil.ignore_patterns("typescript", "@typescript", "@biomejs")
    shutil.copytree(CONSOLE, source, ignore=not_needed, symlinks=True)
    style = source / "page" / "style.css"
    style.write_text(style.read_text() + ".another { color: red }")
    build_console(tmp_path / "built", source)
    before, after = (
        {path.name for path in (folder / "dist" / "assets").iterdir()} for folder in (built, tmp_path / "built")
    )
    assert {name.partition("-")[0] for name in before ^ after} == {"style"}


def test_page_includes_the_license_for_each_package(get: Callable[..., Answer], asset: Callable[[str], Answer]) -> None:
    packages = json.loads((CONSOLE / "package.json").read_text())["dependencies"]
    assert packages.keys() == {"preact", "htm", "marked"}
    [name] = Elements(get()["body"]).named("link", "href", rel="license")
    licenses = asset(name)
    assert licenses["headers"]["Content-Type"] == "text/plain; charset=utf-8"
    for package, version in packages.items():
        assert f"{package} {version}" in licenses["body"]
    assert "Permission is hereby granted, free of charge" in licenses["body"]  # MIT
    assert "Apache License" in licenses["body"]


def test_source_map_contains_the_page_sources(get: Callable[..., Answer], asset: Callable[[str], Answer]) -> None:
    [script] = Elements(get()["body"]).named("script", "src", type="module")
    loaded = scripts_of(asset, script).values()
    maps = [name for body in loaded for name in re.findall(r"//# sourceMappingURL=(\S+)", body)]
    sources = [source for name in maps for source in json.loads(asset(name)["body"])["sources"]]
    # A module that only exports what others define leaves no code of its own.
    reexports = re.compile(r"/\*.*?\*/|export \{[^}]*\} from [^;]+;|\s", re.DOTALL)
    scripts = {
        str(path.relative_to(CONSOLE))
        for path in (CONSOLE / "page").rglob("*.js")
        if reexports.sub("", path.read_text("utf-8"))
    }
    assert scripts <= {source.removeprefix("../../") for source in sources}


def test_page_uses_none_of_five_features_unsupported_by_2024_browsers(
    get: Callable[..., Answer], asset: Callable[[str], Answer]
) -> None:
    page = Elements(get()["body"])
    [style], [script] = page.named("link", "href", rel="stylesheet"), page.named("script", "src", type="module")
    assert "light-dark(" not in asset(style)["body"]
    assert not re.search(r"withResolvers|groupBy\(|fromAsync\(|URL\.parse\(", asset(script)["body"])
