"""What the pages show, as lines of plain text, from the reports behind their charts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.domain import formatting
from lmchat_desktop.domain.usage.cells import Dimension, Latency, Measure
from lmchat_desktop.services.figures import Reading, figures_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lmchat_desktop.services.usage import UsageReport

ROWS = 8
ERROR_BOUND_WORDS = "percentiles within 1.1 %"


def report_lines(
    title: str, report: UsageReport, name_of: Callable[[Dimension, str], str]
) -> list[str]:
    """A report as text: its figures against the previous period, and its largest groups."""
    zone = report.question.zone
    period = formatting.span(report.period.start, report.period.end, zone)
    lines = [
        title,
        f"  {period} ({zone.key}), data until {_moment(report)}, {ERROR_BOUND_WORDS}",
        *_figures(report),
    ]
    dimension = report.question.group_by
    if dimension is not None:
        lines += _groups(report, dimension, name_of)
    return lines


def overview_lines(title: str, report: UsageReport, attention: Sequence[str]) -> list[str]:
    """The overview as text: its figures against the previous period, and what needs attention."""
    zone = report.question.zone
    period = formatting.span(report.period.start, report.period.end, zone)
    head = f"  {period} ({zone.key}), data until {_moment(report)}, {ERROR_BOUND_WORDS}"
    lines = [title, head, *_figures(report), "", "  needs attention"]
    return lines + [f"  - {' '.join(item.split())}" for item in attention or ("nothing",)]


def _moment(report: UsageReport) -> str:
    return formatting.moment(report.live_until, report.question.zone)


def _figures(report: UsageReport) -> list[str]:
    figures = figures_of(report)
    return [
        _figure("requests", figures.requests, formatting.count),
        _figure("input tokens", figures.input_tokens, formatting.tokens),
        _figure("output tokens", figures.output_tokens, formatting.tokens),
        _figure("cost", figures.cost, formatting.money),
        _figure("p95 total time", figures.p95, formatting.latency),
        _figure("errors", figures.error_rate, formatting.percent, formatting.points),
    ]


def _figure(
    name: str,
    reading: Reading,
    write: Callable[[float | None], formatting.Figure],
    against: Callable[[float | None, float | None], formatting.Figure] = formatting.change,
) -> str:
    line = f"  {name:<16}{write(reading.value)!s:>14}"
    if reading.value is None or reading.previous is None:
        return line
    return f"{line}  {against(reading.value, reading.previous)} vs previous"


def _groups(
    report: UsageReport, dimension: Dimension, name_of: Callable[[Dimension, str], str]
) -> list[str]:
    answer = report.answer
    p95 = answer.group_quantiles(Latency.TOTAL, 0.95)
    head = f"  {dimension.value:<34}{'requests':>12}{'cost':>14}{'p95':>10}"
    lines = ["", head]
    for place, group in enumerate(answer.groups[:ROWS]):
        requests = int(answer.totals[Measure.REQUESTS][place])
        cost = int(answer.totals[Measure.COST][place])
        name = " ".join(name_of(dimension, group).split())[:32]
        lines.append(
            f"  {name:<34}{formatting.count(requests)!s:>12}"
            f"{formatting.money(cost)!s:>14}{formatting.latency(p95[place])!s:>10}"
        )
    left = len(answer.groups) - ROWS
    if left > 0:
        lines.append(f"  and {left} more")
    return lines
