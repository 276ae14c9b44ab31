"""What the commands print: Markdown tables over the results of a run (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from eval.dialogues import ALONE, WITH_TURNS, summarise_dialogues
from eval.overview import Goal, SetOverview, goals, of_set, open_gap, overviews, set_names
from eval.report import confidence_table, dialogue_table, markdown_table, percent, table, three_places
from eval.results import Result
from eval.summary import median_milliseconds, summaries

GOAL_NAMES = {
    "answerable_right": "hand-written questions answered right",
    "rightly_refused": "hand-written unanswerable questions refused",
    "wrongly_refused": "hand-written answerable questions refused",
    "calibration_error": "expected calibration error, hand-written",
    "open_gap": "F1 lost by looking for the paragraph, points, CMRC 2018 dev",
}


def article_tables(results: Sequence[Result]) -> str:
    """Each type of question, and what the confidence is worth."""
    milliseconds = median_milliseconds(results)
    time = "–" if milliseconds is None else f"{milliseconds:.1f}"
    return f"{markdown_table(summaries(results))}\n\n{confidence_table(results)}\n\nmedian time per question: {time} ms"


def dialogue_tables(results: Sequence[Result]) -> str:
    """Turns that lean and turns that do not, with and without what was asked before."""
    return dialogue_table(summarise_dialogues(of_set(results, WITH_TURNS), of_set(results, ALONE)))


def setting_tables(results: Sequence[Result]) -> str:
    """Each set in one row, then each set by types."""
    types = [f"{name}:\n\n{markdown_table(summaries(of_set(results, name)))}" for name in set_names(results)]
    return "\n\n".join([overview_table(overviews(results)), *types])


def open_tables(results: Sequence[Result]) -> str:
    """The same, and what it costs to look for the paragraph."""
    lines = [setting_tables(results)]
    for name in dict.fromkeys(name.rsplit(" ", 1)[0] for name in set_names(results)):
        gap = open_gap(results, name)
        if gap is not None:
            interval = f"{gap.low * 100:+.1f} to {gap.high * 100:+.1f}"
            lines.append(f"{name}: F1 open less given, {gap.value * 100:+.1f} ({interval}), p {gap.p_value:.4f}")
    return "\n\n".join(lines)


def full_report(results: Sequence[Result]) -> str:
    """The goals, then each set in one row, then each set by types."""
    return f"{goal_table(goals(results))}\n\n{setting_tables(results)}"


def goal_table(rows: Sequence[Goal]) -> str:
    """The goals as a Markdown table."""
    met = {True: "yes", False: "no", None: "–"}
    return table(
        ("goal", "target", "found", "met"),
        [(GOAL_NAMES[row.name], row.target, row.found, met[row.met]) for row in rows],
    )


def overview_table(rows: Sequence[SetOverview]) -> str:
    """The sets as a Markdown table, in per cent but for the calibration error and the area under the curve."""
    head = (
        *("set", "answerable", "unanswerable", "exact match", "F1", "F1 without refusing", "wrongly refused"),
        *("rightly refused", "given answers right", "ECE", "AUROC", "evidence", "unverified", "median ms"),
    )
    return table(head, [overview_cells(row) for row in rows])


def overview_cells(row: SetOverview) -> tuple[str, ...]:
    """The cells of one set, as text."""
    shares = (row.exact_match, row.f1, row.candidate_f1, row.wrongly_refused, row.rightly_refused, row.given_right)
    return (
        row.name,
        *(str(row.answerable), str(row.unanswerable), *map(percent, shares)),
        *(three_places(row.calibration_error), three_places(row.area_under_roc)),
        *(percent(row.evidence), str(row.unverified)),
        "–" if row.milliseconds is None else f"{row.milliseconds:.0f}",
    )
