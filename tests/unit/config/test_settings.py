from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import pytest

from bot.config import Settings
from bot.domain.breaker import BreakerPolicy
from bot.domain.limits import AccountLimits, Limits
from bot.domain.odds import OddsStyle
from bot.domain.pair import Account
from bot.domain.watch import FastWindow, WatchPolicy
from bot.errors import ConfigurationInvalid
from bot.ports.bookmaker import Whitelabel
from tests.builders import euros

BRAND = """
[whitelabels.harbourline]
provider = "harbour"
base_url = "https://harbourline.example/"
"""
ACCOUNT = """
[[accounts]]
whitelabel = "harbourline"
id = "anna-1"
username = "anna"
currency = "EUR"
"""
LIMITED = """
[risk]
min_margin = 0.005
max_slippage = 0.02
max_age_s = 30
stake_per_day = { EUR = 5000 }
open_stake = { eur = "2000.50" }
daily_loss = { EUR = 200 }
"""
ANNA = Account("harbourline", "harbour", "anna-1")


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("PAIRGUARD_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    return tmp_path / "pairguard.toml"


def load(toml: Path, text: str = "") -> Settings:
    toml.write_text(text, encoding="utf-8")
    return Settings.load(toml)


def refusal(toml: Path, text: str) -> str:
    with pytest.raises(ConfigurationInvalid) as caught:
        load(toml, text)
    return str(caught.value)


def test_an_empty_file_gives_the_documented_defaults(toml: Path) -> None:
    settings = load(toml)
    assert settings.mode == "dry_run"
    assert settings.redis.url is None
    assert (settings.queue.name, settings.queue_name, settings.queue.concurrency) == (
        "bet-pairs",
        "bet-pairs.dry-run",
        4,
    )
    assert (settings.timing.cooldown_s, settings.timing.lock_s, settings.timing.lease_s) == (60, 300, 30)
    assert (settings.settlement.interval_s, settings.settlement.max_polls) == (5, 120)
    assert settings.settlement.pnl_tolerance == Decimal("0.05")
    assert (settings.hedge.max_attempts, settings.hedge.max_loss) == (3, Decimal(0))
    assert settings.data_dir == Path.home() / ".local/share/pairguard"


def test_a_brand_is_completed_with_its_defaults(toml: Path) -> None:
    expected = Whitelabel("harbourline", "harbour", "https://harbourline.example", "en", OddsStyle.DECIMAL, "UTC")
    assert load(toml, BRAND).brands == {"harbourline": expected}


def test_accounts_carry_the_provider_of_their_brand(toml: Path) -> None:
    assert load(toml, BRAND + ACCOUNT).account_currencies == {ANNA: "EUR"}


def test_a_fraction_in_the_file_stays_exact(toml: Path) -> None:
    assert load(toml, "[settlement]\npnl_tolerance = 0.1").settlement.pnl_tolerance == Decimal("0.1")


def test_a_provider_may_have_windows_of_its_own_and_has_the_common_ones_for_the_rest(toml: Path) -> None:
    own = "[settlement]\ninterval_s = 10\n[settlement.providers.harbour]\nmax_polls = 60\nfast_window = 'at_once'\n"
    settlement = load(toml, BRAND + own).settlement
    assert settlement.policy == WatchPolicy(interval_s=10)
    assert settlement.policy_of("harbour") == WatchPolicy(interval_s=10, max_polls=60, fast_window=FastWindow.AT_ONCE)
    assert settlement.policy_of("lotus") == settlement.policy


def test_what_is_not_set_is_not_limited(toml: Path) -> None:
    assert load(toml, BRAND + ACCOUNT).limits == Limits(accounts={ANNA: AccountLimits()})


def test_limits_are_read_in_the_currency_that_they_are_meant_in(toml: Path) -> None:
    brand = BRAND + "minimum_stake = { EUR = 2 }\nstake_step = { EUR = 0.5 }\n"
    own = "limits = { stake_per_bet = 200, open_stake = 500, bets_per_minute = 2, bets_per_hour = 40 }\n"
    limits = load(toml, brand + ACCOUNT + own + LIMITED).limits
    of_anna = AccountLimits(
        stake_per_bet=euros("200"),
        open_stake=euros("500"),
        minimum_stake=euros("2"),
        stake_step=euros("0.5"),
        bets_per_minute=2,
        bets_per_hour=40,
    )
    assert limits == Limits(
        accounts={ANNA: of_anna},
        stake_per_day={"EUR": euros("5000")},
        open_stake={"EUR": euros("2000.50")},
        daily_loss={"EUR": euros("200")},
        min_margin=Decimal("0.005"),
        max_slippage=Decimal("0.02"),
        max_age_s=30,
    )


def test_the_patience_of_a_breaker_is_configured(toml: Path) -> None:
    assert load(toml).breaker.to_policy() == BreakerPolicy()
    policy = load(toml, "[breaker]\nfailures = 3\nwindow_s = 10\npause_s = 1.5\nmax_pause_s = 6").breaker.to_policy()
    assert policy == BreakerPolicy(failures=3, window_s=10, pause_s=1.5, max_pause_s=6)


def test_a_limit_may_be_set_in_the_environment(toml: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAIRGUARD_RISK__DAILY_LOSS__EUR", "150.00")
    limits = load(toml, BRAND + ACCOUNT + LIMITED).limits
    assert (limits.daily_loss, limits.max_age_s) == ({"EUR": euros("150.00")}, 30)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("data", "data"), ("./a/../data", "data"), ("../data", "../data")],
)
def test_a_relative_data_folder_is_relative_to_the_file(toml: Path, written: str, meant: str) -> None:
    assert load(toml, f'data_dir = "{written}"').data_dir == (toml.parent / meant).resolve()


def test_the_environment_wins_over_the_file(toml: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAIRGUARD_MODE", "live")
    monkeypatch.setenv("PAIRGUARD_QUEUE__CONCURRENCY", "2")
    settings = load(toml, 'mode = "dry_run"\n[queue]\nname = "jobs"\nconcurrency = 8')
    assert settings.mode == "live"
    assert (settings.queue.name, settings.queue.concurrency) == ("jobs", 2)


def test_a_password_is_read_from_the_account_s_variable_when_needed(
    toml: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = load(toml, BRAND + ACCOUNT)
    monkeypatch.setenv("PAIRGUARD_PASSWORD_HARBOURLINE_ANNA_1", "correct-horse")
    login = settings.credentials(ANNA)
    assert (login.username, login.password.get_secret_value()) == ("anna", "correct-horse")
    assert "correct-horse" not in repr(login)


def test_a_password_may_be_in_a_variable_of_the_owner_s_choice(toml: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(toml, BRAND + ACCOUNT + 'password_env = "ANNAS_SECRET"')
    monkeypatch.setenv("ANNAS_SECRET", "battery-staple")
    assert settings.credentials(ANNA).password.get_secret_value() == "battery-staple"


def test_a_missing_password_is_named_with_account_and_variable(toml: Path) -> None:
    settings = load(toml, BRAND + ACCOUNT)
    with pytest.raises(
        ConfigurationInvalid, match=r"harbourline:harbour:anna-1.*PAIRGUARD_PASSWORD_HARBOURLINE_ANNA_1"
    ):
        settings.credentials(ANNA)


def test_a_missing_webhook_secret_names_its_variable(toml: Path) -> None:
    settings = load(toml, '[webhook]\nsecret_env = "HOOK_SECRET"')
    with pytest.raises(ConfigurationInvalid, match="HOOK_SECRET"):
        settings.webhook.secret()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('mode = "alive"', ["mode", "'dry_run' or 'live'"]),
        ('moode = "live"', ["moode", "check the spelling"]),
        ("[queue]\nconcurrency = 0", ["queue.concurrency", "greater than or equal to 1"]),
        ('[queue]\nname = "a:b"', ["queue.name", "[A-Za-z0-9._-]{1,64}"]),
        ('[redis]\nurl = "localhost"', ["redis.url", "redis://"]),
        ("[timing]\ncooldown_s = -1", ["timing.cooldown_s", "greater than 0"]),
        ("[settlement]\npnl_tolerance = nan", ["settlement.pnl_tolerance", "finite"]),
        ("[settlement]\nfast_window = 'later'", ["settlement.fast_window", "after_event"]),
        ("[settlement]\nsweeps_at_once = 0", ["settlement.sweeps_at_once", "greater than or equal to 1"]),
        (BRAND + "[settlement.providers.habour]\n", ["settlement.providers.habour", "known: harbour"]),
        (BRAND + "[settlement.providers.harbour]\ninterval_s = 0", ["settlement.providers.harbour.interval_s"]),
        ("[settlement]\ninterval_s = inf", ["settlement.interval_s", "finite"]),
        ("[hedge]\nmax_loss = 5", ["hedge.max_loss", "fraction from 0 to 1", "0.02 for 2 %", "not 5"]),
        ("[hedge]\nmax_loss = -0.01", ["hedge.max_loss", "not -0.01"]),
        ("[hedge]\nmax_loss = nan", ["hedge.max_loss", "finite"]),
        (BRAND.replace('"harbour"', '"har:bour"'), ["whitelabels.harbourline.provider"]),
        (BRAND.replace("https://harbourline.example/", "harbourline"), ["base_url", "https://"]),
        (BRAND.replace("[whitelabels.harbourline]", '[whitelabels."har:bour"]'), ["whitelabels.har:bour"]),
        (BRAND + 'odds_style = "roman"', ["odds_style", "malay"]),
        (BRAND + 'time_zone = "Mars/Olympus"', ["time_zone", "Mars/Olympus"]),
        (BRAND + ACCOUNT.replace('"EUR"', '"euro"'), ["accounts[0].currency"]),
        (BRAND + ACCOUNT.replace('id = "anna-1"', ""), ["accounts[0].id", "is missing"]),
        (BRAND + ACCOUNT.replace('"harbourline"', '"lotusquay"'), ["accounts[0].whitelabel", "known: harbourline"]),
        (BRAND + ACCOUNT + ACCOUNT, ["accounts", "harbourline:harbour:anna-1", "more than once"]),
        (
            BRAND + ACCOUNT + ACCOUNT.replace("anna-1", "anna_1"),
            ["PAIRGUARD_PASSWORD_HARBOURLINE_ANNA_1", "password_env"],
        ),
        ("mode = live", ["not valid TOML"]),
        (
            BRAND + ACCOUNT + "limits = { bets_per_minute = 5, bets_per_hour = 4 }",
            ["accounts[0].limits.bets_per_hour", "4 is below the bets_per_minute of 5", "raise it"],
        ),
        (BRAND + ACCOUNT + "limits = { bets_per_hour = 0 }", ["accounts[0].limits.bets_per_hour", "greater than"]),
        (BRAND + ACCOUNT + "limits = { bets_per_hour = 1.5 }", ["accounts[0].limits.bets_per_hour", "valid integer"]),
        ("[breaker]\npause_s = 60\nmax_pause_s = 59", ["breaker.max_pause_s", "59 is below the pause_s of 60"]),
        (
            BRAND + "[politeness]\npage_loads_per_minute = { lotus = 5 }",
            ["politeness.page_loads_per_minute.lotus", "no whitelabel runs on this provider (known: harbour)"],
        ),
        ("[politeness]\njitter = 2", ["politeness.jitter", "less than or equal to 1"]),
        ("[breaker]\nfailures = 0", ["breaker.failures", "greater than or equal to 1"]),
        (LIMITED, ["risk.stake_per_day.EUR", "no account there is in EUR", "in use: none"]),
        ("[risk]\nmin_margin = 2", ["risk.min_margin", "0.01 for one per cent"]),
        ("[risk]\nmax_slippage = 1.5", ["risk.max_slippage", "0.01 for one per cent"]),
        ("[risk]\nmax_slippage = -0.01", ["risk.max_slippage", "greater than or equal to 0"]),
        ("[risk]\nmax_age_s = 0", ["risk.max_age_s", "greater than 0"]),
        ("[risk]\nmax_lose = 1", ["risk.max_lose", "check the spelling"]),
        ("[risk]\ndaily_loss = 200", ["risk.daily_loss", "dictionary"]),
        ("[risk]\ndaily_loss = { euro = 200 }", ["risk.daily_loss.euro", "[A-Z]{3}"]),
        (BRAND + ACCOUNT + "[risk]\ndaily_loss = { EUR = 0 }", ["risk.daily_loss.EUR", "greater than 0"]),
        (BRAND + ACCOUNT + "[risk]\ndaily_loss = { EUR = 0.001 }", ["risk.daily_loss.EUR", "multiple of 0.01"]),
        (BRAND + ACCOUNT + "limits = { stake_per_bet = -1 }", ["accounts[0].limits.stake_per_bet", "greater than 0"]),
        (BRAND + ACCOUNT + "limits = { stake_per_bet = 0.005 }", ["accounts[0].limits.stake_per_bet", "0.01"]),
        (BRAND + ACCOUNT + "limits = { stake_per_week = 9 }", ["accounts[0].limits.stake_per_week", "spelling"]),
        (
            BRAND + ACCOUNT + "limits = { stake_per_bet = 200, stake_per_day = 100 }",
            ["accounts[0].limits.stake_per_day", "100 EUR is below the stake_per_bet of 200 EUR", "raise it"],
        ),
        (
            BRAND + "minimum_stake = { EUR = 5 }" + ACCOUNT + "limits = { stake_per_bet = 4 }",
            ["accounts[0].limits.stake_per_bet", "below the minimum_stake"],
        ),
        (
            BRAND + "stake_step = { VND = 1000 }" + ACCOUNT,
            ["whitelabels.harbourline.stake_step.VND", "no account there is in VND", "in use: EUR"],
        ),
    ],
)
def test_a_fault_is_refused_with_file_key_and_remedy(toml: Path, text: str, named: list[str]) -> None:
    message = refusal(toml, text)
    for part in [str(toml), *named]:
        assert part in message


def test_every_fault_is_named_at_once(toml: Path) -> None:
    message = refusal(toml, "moode = 1\n[queue]\nconcurrency = 0\n[hedge]\nmax_attempts = 0")
    assert all(key in message for key in ("moode", "queue.concurrency", "hedge.max_attempts"))


@pytest.mark.parametrize(
    ("text", "variable"),
    [
        (BRAND + ACCOUNT + 'password = "correct-horse"', "PAIRGUARD_PASSWORD_HARBOURLINE_ANNA_1"),
        ('[webhook]\nsecret = "correct-horse"', "PAIRGUARD_WEBHOOK_SECRET"),
        ('password = "correct-horse"', "PAIRGUARD_PASSWORD_<WHITELABEL>_<ID>"),
    ],
)
def test_a_secret_in_the_file_is_refused_without_being_repeated(toml: Path, text: str, variable: str) -> None:
    message = refusal(toml, text)
    assert variable in message
    assert "correct-horse" not in message


def test_urls_that_may_hold_secrets_are_never_shown(toml: Path) -> None:
    settings = load(toml, '[redis]\nurl = "redis://:correct-horse@db"\n[webhook]\nurl = "https://x/?t=correct-horse"')
    assert "correct-horse" not in repr(settings)
    assert "correct-horse" not in settings.model_dump_json()


def test_a_missing_file_says_how_to_name_another(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationInvalid, match=r"nowhere\.toml does not exist.*--config.*PAIRGUARD_CONFIG"):
        Settings.load(tmp_path / "nowhere.toml")


@pytest.mark.parametrize(
    ("variable", "value", "named"),
    [
        ("PAIRGUARD_REDIS_URL", "redis://db", "PAIRGUARD_REDIS_URL"),
        ("PAIRGUARD_MOODE", "live", "PAIRGUARD_MOODE"),
        ("PAIRGUARD_QUEUE__CONCURRENCY", "many", "PAIRGUARD_QUEUE__CONCURRENCY"),
        ("PAIRGUARD_REDIS__URLL", "redis://db", "PAIRGUARD_REDIS__URLL"),
        ("PAIRGUARD_ACCOUNTS", "[{", "PAIRGUARD_ACCOUNTS"),
    ],
)
def test_a_fault_in_the_environment_is_refused_with_the_variable_s_name(
    toml: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, named: str
) -> None:
    monkeypatch.setenv(variable, value)
    message = refusal(toml, "")
    assert named in message
    assert "redis://db" not in message
