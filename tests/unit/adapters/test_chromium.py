from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.adapters import chromium
from bot.adapters.chromium import chromium_version, find_chromium, find_headless_chromium, install_chromium
from bot.errors import PartMissing

Put = Callable[[str, str], Path]

CHROMIUM = "echo 'Chromium 156.0.8078.79 built on Debian GNU/Linux 12 (bookworm)'"
CHROME = "echo 'Google Chrome 157.0.1.2 '"
NOTE_ABOUT_SNAPS = "echo 'Command requires the chromium snap to be installed.' >&2; exit 1"
SUDO_THAT_ASKS_NOTHING = 'shift; exec "$@"'
ENV = 'exec /usr/bin/env "$@"'


@pytest.fixture
def empty_downloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove every other browser: none in the well-known places, no download of Playwright's, and its host closed."""
    monkeypatch.setattr(chromium, "_WELL_KNOWN", ())
    monkeypatch.setattr(chromium, "_WELL_KNOWN_SHELLS", ())
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "downloads"))
    monkeypatch.setenv("PLAYWRIGHT_DOWNLOAD_HOST", "http://127.0.0.1:1")


@pytest.fixture
def no_browser_elsewhere(empty_downloads: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove them, and answer for Playwright, which takes half a second to say that it has none."""
    monkeypatch.setattr(chromium, "_playwrights_own", lambda: iter(()))


@pytest.mark.parametrize(
    ("programs", "chosen"),
    [
        ({"chromium": CHROMIUM}, "chromium"),
        ({"google-chrome": CHROME}, "google-chrome"),
        ({"google-chrome-stable": CHROME}, "google-chrome-stable"),
        ({"google-chrome": CHROME, "chromium": CHROMIUM}, "chromium"),
        ({"google-chrome": CHROME, "chromium-browser": NOTE_ABOUT_SNAPS}, "google-chrome"),
    ],
)
def test_the_first_browser_on_path_that_starts_is_chosen(
    only_programs_here: Put, programs: dict[str, str], chosen: str
) -> None:
    for name, script in programs.items():
        only_programs_here(name, script)
    found = find_chromium()
    assert found
    assert found.name == chosen


def test_a_browser_outside_of_path_is_found_where_packages_put_it(
    only_programs_here: Put, no_browser_elsewhere: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packaged = only_programs_here("packaged", CHROMIUM)
    monkeypatch.setattr(chromium, "_WELL_KNOWN", (tmp_path / "absent", packaged))
    assert find_chromium() == packaged


def test_without_any_browser_none_is_found(only_programs_here: Put, no_browser_elsewhere: None) -> None:
    assert find_chromium() is None


def test_playwrights_own_download_is_found(
    only_programs_here: Put, empty_downloads: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    downloaded = next(chromium._playwrights_own())
    downloaded.parent.mkdir(parents=True)
    only_programs_here("chromium", CHROMIUM).rename(downloaded)
    assert find_chromium() == downloaded


def test_without_windows_a_headless_shell_is_preferred(only_programs_here: Put, no_browser_elsewhere: None) -> None:
    browser = only_programs_here("chromium", CHROMIUM)
    assert find_headless_chromium() == browser
    shell = only_programs_here("chromium-headless-shell", CHROMIUM)
    assert find_headless_chromium() == shell
    assert find_chromium() == browser


def test_playwrights_own_shell_is_preferred_to_its_browser(
    only_programs_here: Put, empty_downloads: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = only_programs_here("packaged", CHROMIUM)
    browser = next(chromium._playwrights_own())
    monkeypatch.setattr(chromium, "_playwrights_own", lambda: iter([browser]))  # asked once, it answers the same again
    shell = tmp_path / "downloads" / "chromium_headless_shell-1" / "chrome-linux" / "headless_shell"
    for downloaded in (browser, shell):
        downloaded.parent.mkdir(parents=True)
        shutil.copy(program, downloaded)
    assert find_headless_chromium() == shell
    assert find_chromium() == browser


@pytest.mark.parametrize(
    ("script", "version"),
    [
        (CHROMIUM, "Chromium 156.0.8078.79"),
        (CHROME, "Google Chrome 157.0.1.2"),
        (NOTE_ABOUT_SNAPS, ""),
    ],
)
def test_a_browser_is_asked_for_its_version(only_programs_here: Put, script: str, version: str) -> None:
    assert chromium_version(only_programs_here("chromium", script)) == version


def test_where_the_download_is_closed_the_systems_package_is_installed(
    only_programs_here: Put, no_browser_elsewhere: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chromium, "_download", lambda: None)
    browser = only_programs_here("packaged-chromium", CHROMIUM)
    installed, called = browser.with_name("chromium"), browser.with_name("called")
    only_programs_here("sudo", SUDO_THAT_ASKS_NOTHING)
    only_programs_here("env", ENV)
    only_programs_here(
        "apt-get",
        f'echo "$DEBIAN_FRONTEND $*" >> {called}; case "$*" in *install*) /bin/cp {browser} {installed};; esac',
    )
    assert install_chromium() == installed
    assert called.read_text().splitlines() == [
        "noninteractive -qq update",
        "noninteractive -qq install --yes --no-install-recommends chromium",
        "noninteractive -qq install --yes --no-install-recommends chromium-headless-shell",
    ]


# Only the first lets Playwright try its closed host, which takes seconds.
@pytest.mark.parametrize("apt_get", [None, "echo 'E: no such package' >&2; exit 100"])
def test_when_nothing_brings_a_browser_the_error_says_what_to_do(
    only_programs_here: Put, no_browser_elsewhere: None, monkeypatch: pytest.MonkeyPatch, apt_get: str | None
) -> None:
    if apt_get:
        monkeypatch.setattr(chromium, "_download", lambda: None)
        only_programs_here("sudo", SUDO_THAT_ASKS_NOTHING)
        only_programs_here("env", ENV)
        only_programs_here("apt-get", apt_get)
    with pytest.raises(PartMissing, match="apt-get install chromium"):
        install_chromium()
