from __future__ import annotations

from collections import Counter

import pytest

from bot.domain.job import read_job
from bot.domain.odds import Odds, OddsStyle
from bot.domain.pair import PairState, Role
from bot.domain.reconciliation import guaranteed_pnl
from bot.practice.demo.scenario import SIDES, STORIES
from bot.practice.demo.story import Story

CURRENCIES = {side.account: "EUR" for side in SIDES}
by_story = pytest.mark.parametrize("story", STORIES, ids=[story.pair for story in STORIES])


@by_story
def test_every_job_is_one_that_a_worker_takes(story: Story) -> None:
    assert read_job(story.job(), CURRENCIES).bet_pair_id == story.pair


@by_story
def test_every_pair_would_gain_if_all_went_well(story: Story) -> None:
    assert guaranteed_pnl(read_job(story.job(), CURRENCIES)).amount > 0


@by_story
@pytest.mark.parametrize("role", Role)
def test_a_job_asks_for_exactly_the_price_that_the_bookmaker_offers(story: Story, role: Role) -> None:
    side, asked = story.side(role), read_job(story.job(), CURRENCIES).leg(role).bet.odds
    assert asked == Odds.parse(side.market.odds[side.outcome])


@by_story
@pytest.mark.parametrize("role", Role)
def test_prices_are_in_the_style_of_the_brand(story: Story, role: Role) -> None:
    styles = {
        "harbourline": OddsStyle.DECIMAL,
        "lotusquay": OddsStyle.MALAY,
        "senbien": OddsStyle.HONG_KONG,
    }
    assert read_job(story.job(), CURRENCIES).leg(role).bet.odds.style is styles[story.side(role).brand.name]


def test_no_two_stories_share_a_match_at_a_bookmaker() -> None:
    ids = Counter(story.event_id(role) for story in STORIES for role in Role)
    assert set(ids.values()) == {1}


def test_ten_accounts_are_enough() -> None:
    assert len(CURRENCIES) <= 10


def test_an_account_has_at_most_one_bet_accepted_so_that_no_cooldown_comes_in_between() -> None:
    taken = Counter(story.side(role).account for story in STORIES for role in Role if story.result(role) is not None)
    assert set(taken.values()) == {1}


def test_the_cooldown_story_uses_accounts_that_have_just_bet() -> None:
    first, blocked = (next(s for s in STORIES if s.pair == name) for name in ("1-profit", "4-cooldown"))
    assert blocked.after == first.pair
    assert (blocked.positive.account, blocked.hedge.account) == (first.positive.account, first.hedge.account)


def test_the_stories_cover_every_end_of_a_pair() -> None:
    endings = Counter(story.ending.state for story in STORIES)
    assert endings == {
        PairState.RECONCILED: 1,
        PairState.FAILED: 2,
        PairState.EMERGENCY: 1,
        PairState.BLOCKED: 1,
        PairState.EXPOSURE_EVENT: 3,
    }
