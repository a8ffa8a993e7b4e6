"""The results of a batch become a study: visits, changes, arms, agreement; and the plan of the next trial."""

from hairdensity.study.statistics.design import StudySettings
from hairdensity.study.statistics.inputs import read_batch
from hairdensity.study.statistics.planner import Floor, PlanSettings, plan_trial
from hairdensity.study.statistics.readers import agree_on_photos, read_readings
from hairdensity.study.statistics.sessions import read_sessions
from hairdensity.study.statistics.study import run_study

__all__ = [
    "Floor",
    "PlanSettings",
    "StudySettings",
    "agree_on_photos",
    "plan_trial",
    "read_batch",
    "read_readings",
    "read_sessions",
    "run_study",
]
