"""The arithmetic of `make bench`; the measures themselves are never a test."""

from bench import report, stats


def test_95th_percentile_leaves_one_of_twenty_above():
    assert stats.percentile(range(1, 21), 0.95) == 19


def test_percentile_of_few_values_is_the_largest():
    assert stats.percentile([3, 1, 2], 0.95) == 3


def test_percentile_of_one_value():
    assert stats.percentile([7], 0.5) == 7


def test_ratio_is_taken_round_by_round():
    """A machine that was twice as slow in the second round changes nothing."""
    assert stats.ratios([100, 50], [20, 10]) == [5, 5]


def test_a_missed_aim_is_marked():
    line = report.Line("page", 3.0, "times", aim=report.at_least(5))
    assert line.verdict == "MISSED"
    assert "at least 5" in report.table([line])


def test_a_met_aim_is_marked():
    assert report.Line("size", 39.9, "KB", aim=report.at_most(40)).verdict == "met"


def test_a_measure_without_aim_is_only_told():
    assert report.Line("queries", 3, "").verdict == ""
