"""The report as one self-contained HTML page with charts. Knows how it looks, not how it is counted."""

from __future__ import annotations

from bot.pages import fill
from bot.report import Chart, Report


def report_page(report: Report) -> str:
    """The whole page; it loads nothing from anywhere."""
    charts = [_chart(chart) for chart in report.charts if any(count for _, count in chart.bars)]
    rows = [
        fill("report-text", day=text.day, language=text.language, text=text.text) for text in report.texts
    ]
    texts = fill("report-texts", html={"rows": "".join(rows)}) if rows else ""
    return fill(
        "report",
        html={
            "summary": "".join(fill("report-sentence", sentence=sentence) for sentence in report.summary),
            "charts": "".join(charts),
            "texts": texts,
        },
        first=report.first,
        last=report.last,
    )


def _chart(chart: Chart) -> str:
    most = max(count for _, count in chart.bars)
    bars = [
        fill("report-bar", label=label, count=str(count), width=f"{100 * count / most:.1f}")
        for label, count in chart.bars
    ]
    return fill("report-chart", html={"bars": "".join(bars)}, title=chart.title)
