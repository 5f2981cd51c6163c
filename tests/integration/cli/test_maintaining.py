"""The commands for maintaining a provider, on a provider of another package and a live practice site."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.embedded_redis import embedded_redis
from bot.adapters.evidence import EvidenceFolder
from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_ledger import RedisLedger
from bot.domain.pair import Account
from bot.ports.bookmaker import PageSnapshot
from tests.integration.cli.conftest import Pairguard, answer
from tests.integration.cli.test_long_running import ROOT, started
from tests.shire import edit, install_shire

CASES = ("session/logged_in", "slip/armed", "slip/odds_renamed")
CONFIGURATION = """
mode = "live"
data_dir = "data"

[whitelabels.harbourline]
provider = "shire"
base_url = "{address}"

[[accounts]]
whitelabel = "harbourline"
id = "ada"
username = "ada"
currency = "EUR"
"""
ADA = Account("harbourline", "shire", "ada")
BALANCE = "balance = { at = '[data-test-id=\"account-balance\"]'"


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Run the practice sites in a process of their own; yield the JSON that they print when they open."""
    with started("sandbox", folder=tmp_path_factory.mktemp("sites")) as (_, opened):
        yield opened


@pytest.fixture
def shire(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    install_shire(tmp_path, monkeypatch, CASES)
    return tmp_path


@pytest.fixture
def live(
    shire: Path, config: Path, sites: dict[str, Any], pairguard: Pairguard, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Add an account at a live site; return the package's folder."""
    config.write_text(CONFIGURATION.format(address=sites["addresses"]["harbourline"]))
    monkeypatch.setenv("PAIRGUARD_PASSWORD_HARBOURLINE_ADA", _password(sites))
    return shire


def _password(sites: dict[str, Any]) -> str:
    return next(str(login["password"]) for login in sites["logins"] if login["username"] == "ada")


class TestFixtures:
    @pytest.mark.usefixtures("shire")
    def test_show_lists_recordings_and_tells_what_one_must_read_as(self, pairguard: Pairguard) -> None:
        listed = pairguard("fixtures", "show", "shire")
        assert [line.split()[0] for line in listed.stdout.splitlines()[1:]] == [f"shire/{case}" for case in CASES]
        (one,) = answer(pairguard("fixtures", "show", "shire/slip/armed", "--json"))["recordings"]
        assert (one["recording"], one["values"]["odds"]) == ("shire/slip/armed", "1.95")

    @pytest.mark.usefixtures("shire")
    def test_a_recording_that_is_not_there_is_named_with_those_that_are(self, pairguard: Pairguard) -> None:
        result = pairguard("fixtures", "rerun", "shire/slip/nothing")
        assert result.exit_code == 2
        assert "no recording 'shire/slip/nothing'; there are shire/session/logged_in, " in result.stderr

    def test_rerun_shows_what_differs_and_accept_makes_it_what_is_expected(
        self, shire: Path, pairguard: Pairguard
    ) -> None:
        edit(shire / "fixtures/shire/slip/armed/expected.json", '"1.95"', '"2.05"')
        rerun = pairguard("fixtures", "rerun", "shire", "--json")
        assert rerun.exit_code == 1
        (finding,) = json.loads(rerun.stdout)["findings"]
        assert (finding["recording"], finding["expected"], finding["got"]) == ("shire/slip/armed", "2.05", "1.95")
        assert finding["key"] == "pages.slip.readings.armed.fields.odds"

        expected = shire / "fixtures/shire/slip/armed/expected.json"
        assert pairguard("fixtures", "accept", "shire/slip/armed", typed="n\n").exit_code == 1
        assert json.loads(expected.read_text())["odds"] == "2.05"
        assert pairguard("fixtures", "accept", "shire/slip/armed", typed="y\n").exit_code == 0
        assert json.loads(expected.read_text())["odds"] == "1.95"

    def test_a_page_that_cannot_be_read_is_accepted_only_as_an_error(self, shire: Path, pairguard: Pairguard) -> None:
        edit(shire / "selectors/shire.toml", "odds = { at = '[data-test-id=\"slip-odds\"]'", "odds = { at = '.price'")
        refused = pairguard("fixtures", "accept", "shire/slip/armed", "--yes")
        assert refused.exit_code == 2
        assert "shire/slip/armed: shire/slip.armed: field 'odds' (.price)" in refused.stderr
        assert (shire / "fixtures/shire/slip/armed/expected.json").exists()

        assert pairguard("fixtures", "accept", "shire/slip/armed", "--yes", "--error").exit_code == 0
        report = answer(pairguard("fixtures", "show", "shire/slip/armed", "--json"))
        assert report["recordings"][0]["error"]["error"] == "LocatorMissing"


class TestCheck:
    def test_a_provider_is_green_or_each_finding_says_where_to_look(self, shire: Path, pairguard: Pairguard) -> None:
        assert answer(pairguard("check", "shire", "--json")) == {"providers": {"shire": []}, "live": []}
        edit(
            shire / "selectors/shire.toml", BALANCE, BALANCE.replace("balance'", "money'").replace("-balance", "-money")
        )
        result = pairguard("check", "shire", "--json")
        assert result.exit_code == 1
        (finding,) = json.loads(result.stdout)["providers"]["shire"]
        assert finding["file"] == str(shire / "selectors/shire.toml")
        assert finding["key"] == "pages.session.readings.account.fields.balance"
        assert finding["locator"] == '[data-test-id="account-money"]'

    def test_a_toml_that_is_not_valid_is_a_finding(self, shire: Path, pairguard: Pairguard) -> None:
        edit(
            shire / "selectors/shire.toml", "[pages.slip.readings.armed]\n", "[pages.slip.readings.armed]\nrigion = 1\n"
        )
        result = pairguard("check", "shire")
        assert result.exit_code == 1
        assert "pages.slip.readings.armed.rigion" in result.stdout

    def test_a_locator_that_is_not_css_is_a_finding(self, shire: Path, pairguard: Pairguard) -> None:
        edit(shire / "selectors/shire.toml", BALANCE, "balance = { at = 'button['")
        result = pairguard("check", "shire")
        assert result.exit_code == 1
        assert "'button[' is not CSS" in " ".join(result.stdout.split())

    def test_an_unknown_provider_is_refused(self, pairguard: Pairguard) -> None:
        assert pairguard("check", "nowhere").exit_code == 2

    @pytest.mark.usefixtures("live")
    def test_the_live_site_is_read_without_a_bet(self, pairguard: Pairguard, sites: dict[str, Any]) -> None:
        report = answer(pairguard("check", "shire", "--live", "ada", "--event", "practice-1", "--json"))
        readings = {each["reading"]: each["detail"] for each in report["live"]}
        assert readings["session"] == "logged_in"
        assert readings["balance"] == "1000.00 EUR"
        assert readings["history"] == "0 bets in the last 30 days, all of them"
        assert readings["event.prices"] == "event Port Amber v Windmere, 7 rows"
        with urllib.request.urlopen(f"{sites['addresses']['control']}/harbour/journal") as journal:  # noqa: S310
            assert json.load(journal) == []

    def test_what_the_live_site_does_not_show_is_a_named_error(self, live: Path, pairguard: Pairguard) -> None:
        edit(live / "selectors/shire.toml", BALANCE, BALANCE.replace("-balance", "-money"))
        result = pairguard("check", "shire", "--live", "ada", "--json")
        assert result.exit_code == 1
        (login,) = json.loads(result.stdout)["live"]
        assert (login["reading"], login["ok"]) == ("login", False)
        assert "LocatorMissing: shire/session.account: field 'balance'" in login["detail"]

    @pytest.mark.usefixtures("live")
    def test_an_account_that_a_worker_has_in_hand_is_left_to_it(self, pairguard: Pairguard, data_dir: Path) -> None:
        async def hold_and_check() -> Any:
            async with embedded_redis(data_dir / "redis") as url:
                connection = RedisConnection(url)
                assert await RedisLedger(connection, "worker-a").take_lease(ADA)
                result = await asyncio.to_thread(pairguard, "check", "shire", "--live", "ada")
                await connection.close()
                return result

        result = asyncio.run(hold_and_check())
        assert result.exit_code == 2
        assert "a worker has harbourline:shire:ada in hand" in result.stderr
        assert not (data_dir / "sessions").exists()


class TestRecord:
    def test_a_page_is_kept_with_what_was_read_and_without_what_is_the_customers(
        self, live: Path, pairguard: Pairguard, sites: dict[str, Any], data_dir: Path
    ) -> None:
        recorded = answer(pairguard("record", "ada", "session/live", "--reading", "account", "--json"))
        assert recorded["values"] == {"username": "customer", "balance": "1000.00 EUR"}
        assert recorded["differences"] == []
        folder = live / "fixtures/shire/session/live"
        kept = "".join(file.read_text("utf-8") for file in folder.iterdir())
        (state,) = [json.loads(file.read_text()) for file in (data_dir / "sessions").glob("*.json")]
        cookies = [cookie["value"] for cookie in state["cookies"]]
        assert cookies
        assert [secret for secret in (_password(sites), *cookies) if secret in kept] == []
        assert not re.search(r"\bada\b", kept, re.IGNORECASE)
        assert answer(pairguard("fixtures", "rerun", "shire/session/live", "--json"))["findings"] == []

    def test_a_page_that_cannot_be_read_is_kept_with_its_error(self, live: Path, pairguard: Pairguard) -> None:
        recorded = answer(pairguard("record", "ada", "slip/none", "--reading", "armed", "--url", "/#/", "--json"))
        assert recorded["error"] == {"error": "LocatorMissing", "page": "slip.armed", "field": "event"}
        assert (live / "fixtures/shire/slip/none/error.json").exists()

    def test_a_page_that_a_worker_kept_is_recorded_without_a_login(
        self, live: Path, pairguard: Pairguard, data_dir: Path
    ) -> None:
        markup = (live / "fixtures/shire/slip/armed/page.html").read_text("utf-8")
        seen = datetime(2026, 5, 1, 3, 0, tzinfo=UTC)
        address = "http://127.0.0.1:1/#/event/m17"
        snapshot = PageSnapshot(address, markup.replace(">ann<", ">ada<"), seen)
        kept = asyncio.run(EvidenceFolder(data_dir).keep("drift.harbourline.shire", "slip.armed.odds", snapshot))

        recorded = answer(pairguard("record", "ada", "slip/kept", "--reading", "armed", "--evidence", kept, "--json"))

        assert (recorded["values"]["username"], recorded["values"]["odds"]) == ("customer", "1.95")
        assert recorded["differences"] == []
        (report,) = answer(pairguard("fixtures", "show", "shire/slip/kept", "--json"))["recordings"]
        assert (report["meta"]["url"], report["meta"]["recorded_at"]) == (
            "//{host}/#/event/{id}",
            "2026-05-01T03:00:00Z",
        )
        assert not (data_dir / "sessions").exists()

    @pytest.mark.usefixtures("live")
    def test_what_is_no_kept_page_is_refused(self, pairguard: Pairguard, tmp_path: Path) -> None:
        stray = tmp_path / "stray.html"
        stray.write_text("<p>hello")
        result = pairguard("record", "ada", "slip/stray", "--reading", "armed", "--evidence", str(stray))
        assert (result.exit_code, "stray.json: cannot be read" in result.stderr) == (2, True), result.stderr

    @pytest.mark.usefixtures("live")
    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (("bob", "slip/armed", "--reading", "armed"), "'bob' is not configured; there are harbourline:shire:ada"),
            (("ada", "slip/armed", "--reading", "armd"), r"shire.toml: [pages.slip.readings.armd] is missing"),
            (("ada", "slip/../x", "--reading", "armed"), "PAGE/CASE: 'slip/../x' must be"),
        ],
    )
    def test_what_cannot_be_recorded_is_refused_before_anybody_logs_in(
        self, pairguard: Pairguard, data_dir: Path, arguments: tuple[str, ...], said: str
    ) -> None:
        result = pairguard("record", *arguments)
        assert result.exit_code == 2
        assert said in result.stderr
        assert not data_dir.exists()


def test_open_gives_a_console_with_the_kit_on_the_live_page(live: Path, config: Path) -> None:
    typed = (
        'read("session", "account")\n'
        'find("[data-test-id=account-name]")\n'
        'nodes("event")\n'
        'highlight({"css": "h1"})\n'
        'find("button[")\n'
        "title = page.title()\n"
        "print(title.upper())\n"
        'read("slop", "armed")\n'
        "1 / 0\n"
        "exit()\n"
    )
    said = _in_a_terminal(["open", "ada", "--headless", "--config", str(config)], typed, live)
    assert "ada is logged in" in said
    assert "balance              1000.00 EUR" in said
    assert "in the page: 1 visible" in said
    assert re.search(r"gone +0 visible", said)
    assert re.search(r"price +.*\{selection\}.* has a part to fill in", said)
    assert "1 highlighted" in said
    assert "ConfigurationInvalid: locator: 'button[' is not CSS" in said
    assert "HARBOURLINE SPORTSBOOK" in said
    assert "ConfigurationInvalid: " in said
    assert "[pages.slop] is missing" in said
    assert "ZeroDivisionError" in said


def _in_a_terminal(arguments: list[str], typed: str, package: Path) -> str:
    """Run a command with a terminal as input and output, type the text, and return what the terminal showed."""
    ours, theirs = pty.openpty()
    environment = os.environ | {"PYTHONPATH": f"{ROOT}:{package}", "TERM": "dumb"}
    with subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments],
        cwd=package,
        env=environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        os.write(ours, typed.encode())
        shown = b""
        while chunk := _read(ours):
            shown += chunk
        assert process.wait() == 0, shown.decode()
    os.close(ours)
    return shown.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""  # the other end is closed
