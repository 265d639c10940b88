"""The words of the closed loop: kinds, states, resolutions, roles, gates, each in both languages. No Django here."""

from __future__ import annotations

from enum import StrEnum

from bihuan.examine.header import Words


class Term(StrEnum):
    """A word that is stored as its English name and shown in the reader's language."""

    words: Words

    def __new__(cls, value: str, zh: str = "", en: str = "") -> Term:
        """Take the stored value and the two words that are shown."""
        made = str.__new__(cls, value)
        made._value_ = value
        made.words = Words(zh, en or value.replace("_", " ").capitalize())
        return made

    @property
    def zh(self) -> str:
        """The Chinese word."""
        return self.words.zh

    @property
    def en(self) -> str:
        """The English word."""
        return self.words.en


class Kind(Term):
    """What a matter was before it was taken up."""

    LEAD = "lead", "疑点", "Lead"
    FINDING = "finding", "现场发现", "Field finding"
    APPEAL = "appeal", "群众诉求", "Appeal"
    SUGGESTION = "suggestion", "建议提案", "Suggestion"
    TASK = "task", "重点工作", "Key task"


class State(Term):
    """Where a matter is."""

    REGISTERED = "registered", "已登记", "Registered"
    ASSIGNED = "assigned", "已交办", "Assigned"
    IN_VERIFICATION = "in_verification", "核实中", "In verification"
    ESTABLISHED = "established", "已查实", "Established"
    PLANNED = "planned", "整改方案已审定", "Planned"
    IN_RECTIFICATION = "in_rectification", "整改中", "In rectification"
    SUBMITTED = "submitted", "已报结", "Submitted"
    UNDER_ACCEPTANCE = "under_acceptance", "验收中", "Under acceptance"
    ACCEPTED = "accepted", "验收通过", "Accepted"
    CLOSED = "closed", "已销号", "Closed"


class Resolution(Term):
    """How a matter ended."""

    RECTIFIED = "rectified", "整改到位", "Rectified"
    EXPLAINED = "explained", "解释办结", "Explained"
    NOT_ESTABLISHED = "not_established", "不成立", "Not established"
    MERGED = "merged", "并案", "Merged"
    WITHDRAWN = "withdrawn", "撤回", "Withdrawn"
    OUT_OF_SCOPE = "out_of_scope", "不予受理/转出", "Out of scope"
    SUPERSEDED = "superseded", "上级接管", "Superseded"


class Role(Term):
    """In which capacity somebody acts."""

    AUDITOR = "auditor", "审计人员", "Auditor"
    REVIEWER = "reviewer", "复核人员", "Reviewer"
    DISPATCHER = "dispatcher", "交办人员", "Dispatcher"
    UNIT_CONTACT = "unit_contact", "单位联系人", "Unit contact"
    UNIT_HEAD = "unit_head", "单位负责人", "Unit head"
    ACCEPTOR = "acceptor", "验收人员", "Acceptor"
    CLOSER = "closer", "销号人员", "Closer"
    SUPERVISOR = "supervisor", "督办领导", "Supervisor"
    LEADER = "leader", "领导", "Leader"
    DELEGATE = "delegate", "代表委员", "Delegate"
    RESIDENT = "resident", "群众", "Resident"
    REGISTRAR = "registrar", "登记人员", "Registrar"
    ADMINISTRATOR = "administrator", "系统管理员", "Administrator"
    ENGINE = "engine", "系统", "Engine"


class Side(Term):
    """How somebody stands to one matter."""

    OFFICE = "office", "审计机关", "The office"  # a role over the matter's unit
    TEAM = "team", "审计组", "The audit team"  # on the team that the matter was given to
    UNIT = "unit", "责任单位", "The responsible unit"
    RAISER = "raiser", "提出人", "Who raised it"
    ENGINE = "engine", "系统", "The engine"


class Gate(Term):
    """What acceptance must pass."""

    DOCUMENTS = "documents", "资料审核", "Documents"
    RETEST = "retest", "复测", "Re-test"
    RAISER = "raiser", "提出人评价", "The raiser"


class GateStatus(Term):
    """How a gate stands."""

    NOT_REQUIRED = "not_required", "不适用", "Not required"
    OPEN = "open", "待办", "Open"
    PASSED = "passed", "通过", "Passed"
    FAILED = "failed", "未通过", "Failed"
    INCONCLUSIVE = "inconclusive", "待复测", "Inconclusive"
    UNRATED = "unrated", "未评价", "Not rated"
    WAIVED = "waived", "豁免", "Waived"


class Class(Term):
    """How fast a matter must be settled; which classes a kind has is data."""

    IMMEDIATE = "immediate", "立行立改", "At once"
    PHASED = "phased", "分阶段整改", "In phases"
    CONTINUING = "continuing", "持续整改", "Continuing"
    URGENT = "urgent", "紧急（2小时）", "Urgent (2 hours)"
    PRESSING = "pressing", "较急（24小时）", "Pressing (24 hours)"
    ORDINARY = "ordinary", "一般（7天）", "Ordinary (7 days)"
    COMPLEX = "complex", "复杂（15天）", "Complex (15 days)"
    SUGGESTION = "suggestion", "建议提案办理", "Suggestion"
    TASK = "task", "按任务时限", "As the task says"


class Light(Term):
    """How near the due date is; always shown with its word."""

    GREEN = "green", "正常", "On time"
    YELLOW = "yellow", "临期", "Due soon"
    RED = "red", "超期", "Overdue"
    DARK_RED = "dark_red", "严重超期", "Long overdue"
    BLUE = "blue", "中止", "Suspended"
    NONE = "none", "无时限", "No limit"


class MoneyKind(Term):
    """How money was put right; only some kinds count as 增收节支."""

    TREASURY = "treasury", "上缴财政", "Paid to treasury"
    RECOVERED = "recovered", "追回", "Recovered"
    RETURNED = "returned", "归还原渠道", "Returned to source"
    REDUCED = "reduced", "减少拨款", "Reduced grant"
    CUT = "cut", "核减", "Cut cost"
    BOOKED = "booked", "补记", "Booked"
    ACTIVATED = "activated", "盘活", "Activated"
    ADJUSTED = "adjusted", "调账", "Adjusted"
    AVOIDED = "avoided", "挽回", "Loss avoided"


class AnswerClass(Term):
    """What an answer to an appeal or a suggestion amounts to."""

    A = "A", "A 已经解决或采纳", "A settled or adopted"
    B = "B", "B 列入计划逐步解决", "B planned"
    C = "C", "C 因条件限制留作参考", "C kept for reference"
    D = "D", "D 不可行并已说明", "D not feasible, explained"
