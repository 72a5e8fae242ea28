"""Numbers out of repeated measurements."""

import statistics

median = statistics.median


def percentile(values, part):
    """The smallest value that at least ``part`` (0 to 1) of the values don't exceed.

    :param values: at least one number
    """
    ordered = sorted(values)
    rank = max(1, -(-len(ordered) * part // 1))
    return ordered[int(rank) - 1]


def ratios(ours, theirs):
    """Round by round, so that what slows the whole machine down hits both alike."""
    return [mine / other for mine, other in zip(ours, theirs, strict=True)]


def summary(values):
    """What is kept of a series."""
    return {
        "median": median(values),
        "p95": percentile(values, 0.95),
        "least": min(values),
        "most": max(values),
        "count": len(values),
    }
