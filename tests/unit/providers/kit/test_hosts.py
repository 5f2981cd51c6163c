"""A login may lead to a host of its own; only hosts that the TOML allows are followed."""

from __future__ import annotations

import pytest

from bot.errors import SessionUnusable
from providers.kit.browser.hosts import Landing, require_known

BASE = "https://www.example.com/sports/"
HOSTS = r"w\d+\.example\.com"


def test_before_a_login_addresses_are_the_whitelabels_own() -> None:
    assert Landing().address(BASE) == "https://www.example.com/sports"


def test_after_a_login_they_are_at_the_host_that_it_led_to_until_the_next_login() -> None:
    landing = Landing()
    landing.settle("https://w7.example.com:8443/sports/home?token=x", BASE, HOSTS)
    assert landing.address(BASE) == "https://w7.example.com:8443/sports"
    landing.leave()
    assert landing.address(BASE) == "https://www.example.com/sports"


@pytest.mark.parametrize("url", ["https://www.example.com/elsewhere", "https://w7.example.com/home"])
def test_the_own_host_and_those_that_are_allowed_are_known(url: str) -> None:
    require_known(url, BASE, HOSTS)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/home",
        "https://w7.example.com.evil.example/home",
        "https://evil.example/w7.example.com",
        "https://w7.example.com@evil.example/home",
        "http://w7.example.com/home",
        "http://www.example.com/home",
        "https://www.example.com:8443/home",
    ],
)
def test_any_other_host_and_the_loss_of_https_is_refused(url: str) -> None:
    landing = Landing()
    with pytest.raises(SessionUnusable, match="session is elsewhere: the site led to http"):
        landing.settle(url, BASE, HOSTS)
    assert landing.address(BASE) == "https://www.example.com/sports"


def test_without_such_hosts_in_the_toml_none_is_followed() -> None:
    with pytest.raises(SessionUnusable, match="elsewhere"):
        require_known("https://w7.example.com/home", BASE, None)
