"""What a run does at a step: a goal, a rule and a schedule.

One `Method` for the loss plane and for training, one text form, one name for people, one decision.

>>> from nashcore.methods import method_text, parse_method, title
>>> method = parse_method("ltr-nash@two_stage:14")
>>> method.goal, method.rule, title(method)
('ltr', 'nash', 'LtR + Nash, T = 14')
"""

from typing import TYPE_CHECKING

from nashcore.door import open_on_demand

if TYPE_CHECKING:
    from nashcore.methods.arms import (
        PUBLISHED,
        Arm,
        PublishedMethod,
        arms_of,
        get_published,
        method_names,
        never_switching,
    )
    from nashcore.methods.decide import NOT_ASKED, Decider, Decision, PlayerGroups
    from nashcore.methods.goals import GOALS, Goal, equal_shares
    from nashcore.methods.method import BASELINES, Baseline, Kind, Method, make_method
    from nashcore.methods.naming import goal_title, number_text, rule_title, title, unscheduled_title, when
    from nashcore.methods.schedule import (
        FOREVER,
        SCHEDULES,
        Schedule,
        ScheduleKind,
        bargain_last,
        continuous,
        every_nth,
        in_conflict,
        kind_of,
        one_stage,
        two_stage,
        while_in_conflict,
    )
    from nashcore.methods.text import (
        method_text,
        name_of,
        parse_method,
        parse_schedule,
        rule_number,
        schedule_text,
        tidy_schedule,
    )
else:
    open_on_demand(__name__)

__all__ = [
    "BASELINES",
    "FOREVER",
    "GOALS",
    "NOT_ASKED",
    "PUBLISHED",
    "SCHEDULES",
    "Arm",
    "Baseline",
    "Decider",
    "Decision",
    "Goal",
    "Kind",
    "Method",
    "PlayerGroups",
    "PublishedMethod",
    "Schedule",
    "ScheduleKind",
    "arms_of",
    "bargain_last",
    "continuous",
    "equal_shares",
    "every_nth",
    "get_published",
    "goal_title",
    "in_conflict",
    "kind_of",
    "make_method",
    "method_names",
    "method_text",
    "name_of",
    "never_switching",
    "number_text",
    "one_stage",
    "parse_method",
    "parse_schedule",
    "rule_number",
    "rule_title",
    "schedule_text",
    "tidy_schedule",
    "title",
    "two_stage",
    "unscheduled_title",
    "when",
    "while_in_conflict",
]
