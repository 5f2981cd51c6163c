"""Shows a recorded page in pytest-playwright's ``page``, so people can watch with ``--headed`` and ``--slowmo``."""

from __future__ import annotations

from playwright.sync_api import Frame, Page

from providers.kit.reading.readings import READING_SCRIPT, Values, locator_argument, script
from providers.upkeep.recordings import Recording

_NODE_AT = script("nodeAt", "dom.js")


def take_reading(page: Page, recording: Recording) -> Values:
    """Show a recorded page without a network and take its reading."""
    return recording.interpreted(shown(page, recording).evaluate(READING_SCRIPT, recording.reading.argument))


def shown(page: Page, recording: Recording) -> Frame:
    """Show a recorded page without a network; return the frame to read in."""
    page.route("**/*", lambda route: route.abort())
    page.set_content(recording.markup)
    page.mouse.move(0, 0)  # --slowmo pauses here, so that a person sees the page; it does not pause at set_content
    locator = recording.locators.page(recording.meta.page).frame
    if locator is None:
        return page.main_frame
    element = page.evaluate_handle(_NODE_AT, locator_argument(locator)).as_element()
    frame = element and element.content_frame()
    assert frame, f"the recording has no frame at {locator[0]}"
    return frame
