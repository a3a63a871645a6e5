"""The goals: each says truly whether it is reached, so that neither a fall nor a gain goes unseen."""

import json

import pytest

from scripts import goals
from scripts.goals import GOALS


@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: f"{goal.column}-{goal.figure}")
def test_a_goal_is_reached_where_it_says_so_and_only_there(goal):
    assert (goals.value(goal) >= goal.least) == goal.reached, f"{goal.column} {goal.figure} is {goals.value(goal)}"


@pytest.fixture
def folder(tmp_path):
    def column(value):
        return {"systems": {name: {"scores": {"boundary.f1": {"value": v}}} for name, v in (("best", value), ("other", 0.1))}}

    (tmp_path / "results.json").write_text(json.dumps({"recommended": "best", "columns": {"test": column(0.5)}}), "utf-8")
    (tmp_path / "field_results.json").write_text(json.dumps({"columns": {"transfer": column(0.25)}}), "utf-8")
    speed = {"best": {"speed": {"median": 4.5}, "ratios": {"justext": 3.0}}}
    (tmp_path / "bench.json").write_text(json.dumps({"systems": speed}), "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("column", "figure", "expected"),
    [("test", "boundary.f1", 0.5), ("transfer", "boundary.f1", 0.25), ("speed", "megabytes a second", 4.5), ("speed", "times jusText", 3.0)],
)
def test_values_are_those_of_the_recommended_baseline(folder, column, figure, expected):
    assert goals.value(goals.Goal(column, figure, 0.0, True), folder) == expected
