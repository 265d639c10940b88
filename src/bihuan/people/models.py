"""Units as a tree, users, and the roles that they hold over a part of the tree."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import QuerySet
from django.utils import timezone

ROLES = (
    ("auditor", "审计人员"),
    ("reviewer", "复核人员"),
    ("dispatcher", "交办人员"),
    ("unit_contact", "单位联系人"),
    ("unit_head", "单位负责人"),
    ("acceptor", "验收人员"),
    ("closer", "销号人员"),
    ("supervisor", "督办领导"),
    ("leader", "领导"),
    ("delegate", "代表委员"),
    ("registrar", "登记人员"),
    ("administrator", "系统管理员"),
)


class Unit(models.Model):
    """An organisation: the office itself or one that is audited. `path` is its codes from the root, `/root/201/`."""

    code = models.CharField("单位代码", max_length=40, unique=True)
    name = models.CharField("单位名称", max_length=200)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级"
    )
    path = models.CharField(max_length=400, db_index=True, editable=False)

    class Meta:
        verbose_name = "单位"
        verbose_name_plural = "单位"
        ordering: ClassVar = ["path"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep the path of this unit, and of all below it, in step with its parent."""
        former = self.path
        self.path = f"{self.parent.path if self.parent else '/'}{self.code}/"
        super().save(*args, **kwargs)  # type: ignore[arg-type]
        if former and former != self.path:
            for child in self.children.all():
                child.save()

    def holds(self, other: Unit) -> bool:
        """Whether the other unit is this one or below it."""
        return other.path.startswith(self.path)


class User(AbstractUser):
    """Somebody who signs in. `unit` is where he works; what he may do is in his appointments."""

    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="staff", verbose_name="所在单位")
    display_name = models.CharField("姓名", max_length=80, blank=True)
    language = models.CharField("界面语言", max_length=5, default="zh", choices=(("zh", "中文"), ("en", "English")))

    class Meta:
        verbose_name = "人员"
        verbose_name_plural = "人员"

    def __str__(self) -> str:
        return self.display_name or self.username


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    """Appointments by time."""

    def in_force(self) -> QuerySet[Appointment]:
        """Those that hold today."""
        today = timezone.localdate()
        return self.filter(from_date__lte=today).exclude(to_date__lt=today)


class Appointment(models.Model):
    """A role held over a unit and all below it, within dates."""

    user = models.ForeignKey(User, models.CASCADE, related_name="appointments", verbose_name="人员")
    role = models.CharField("角色", max_length=20, choices=ROLES)
    over = models.ForeignKey(Unit, models.PROTECT, related_name="appointments", verbose_name="管辖范围")
    from_date = models.DateField("任职起", default=timezone.localdate)
    to_date = models.DateField("任职止", null=True, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = "任职"
        verbose_name_plural = "任职"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "role", "over", "from_date"], name="appointed_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()} {self.over}"
