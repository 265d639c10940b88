"""Tags that only the shell uses: the page's title said twice."""

from __future__ import annotations

from django import template
from django.template.context import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY

from bihuan.matters.models import Job
from bihuan.matters.words import Role
from bihuan.people.language import say, words
from bihuan.web import demo

register = template.Library()


@register.simple_tag(takes_context=True)
def title(context: Context) -> str:
    """What the page put into its block `title`, for the heading."""
    block = context.render_context[BLOCK_CONTEXT_KEY].get_block("title")
    return str(block.render(context)) if block else ""


@register.simple_tag
def role(name: str) -> str:
    """A role's word in the reader's language."""
    return words(Role(name))


@register.simple_tag(takes_context=True)
def demo_players(context: Context) -> list[demo.Player]:
    """Whom the sign-in page offers; nobody outside a demo."""
    return demo.players() if demo.is_open(context["request"]) else []


JOB_KINDS = {"examine": ("检查账本", "Examine"), "collect": ("收集", "Collect"), "retest": ("复测", "Re-test")}
JOB_STATES = {
    "waiting": ("排队", "Waiting"),
    "running": ("运行中", "Running"),
    "done": ("完成", "Done"),
    "failed": ("失败", "Failed"),
    "cancelled": ("已取消", "Cancelled"),
}


@register.simple_tag
def job_kind(job: Job) -> str:
    """What a long run does."""
    return say(*JOB_KINDS.get(job.kind, (job.kind, job.kind)))


@register.simple_tag
def job_state(job: Job) -> str:
    """How a long run stands."""
    if job.wants_cancel and job.state == "running":
        return say("正在取消", "Stopping")
    return say(*JOB_STATES.get(job.state, (job.state, job.state)))
