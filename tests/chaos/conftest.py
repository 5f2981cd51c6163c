"""Prints what the in-process histories counted, also when the tests ran in several processes."""

from __future__ import annotations

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the counts below the test results."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    lines = [text for report in reports for name, text in report.user_properties if name == "interleavings"]
    if lines:
        terminalreporter.section("interleavings")
        for line in sorted(lines):
            terminalreporter.write_line(line)
