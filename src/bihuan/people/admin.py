"""Units, people and appointments, as the administrator enters them."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from axes.utils import reset as axes_reset
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest

from bihuan.people.models import Appointment, Unit, User


class Administered:
    """Whoever is let in at the desk may edit; what was used is never deleted, but ended."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Shown to all who are let in."""
        return True

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Seen by all who are let in."""
        return True

    has_add_permission = has_change_permission = has_view_permission

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Never: the journal names them."""
        return False


class AppointmentLines(Administered, admin.TabularInline):  # type: ignore[type-arg]
    """Which roles somebody holds, over what, from when to when."""

    model = Appointment
    extra = 0
    autocomplete_fields = ("over",)


@admin.register(Unit)
class UnitAdmin(Administered, admin.ModelAdmin):  # type: ignore[type-arg]
    """The tree of units."""

    list_display = ("name", "code", "parent")
    search_fields = ("name", "code")
    autocomplete_fields = ("parent",)
    list_select_related = ("parent",)


@admin.register(User)
class PersonAdmin(Administered, UserAdmin):  # type: ignore[type-arg]
    """People; rights come from appointments, so groups and permissions are left out."""

    list_display = ("username", "display_name", "unit", "is_active", "last_login")
    list_filter = ("is_active", "appointments__role")
    list_select_related = ("unit",)
    search_fields = ("username", "display_name")
    autocomplete_fields = ("unit",)
    filter_horizontal = ()
    inlines = (AppointmentLines,)
    fieldsets = (
        (None, {"fields": ["username", "password", "display_name", "unit", "language"]}),
        ("状态", {"fields": ["is_active", "is_staff", "last_login"]}),
    )
    add_fieldsets = (
        (None, {"fields": ["username", "display_name", "unit", "usable_password", "password1", "password2"]}),
    )
    readonly_fields = ("last_login",)
    ordering = ("username",)
    actions = ("unlock", "drop_second_factor")

    def get_inlines(self, request: HttpRequest, obj: User | None) -> list[type[admin.TabularInline]]:  # type: ignore[override, type-arg]
        """Nobody appoints himself: his own roles are somebody else's to give."""
        return [] if obj is not None and obj.pk == request.user.pk else [AppointmentLines]

    @admin.action(description="解除登录锁定 Unlock")
    def unlock(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        """Let somebody try again who failed too often."""
        for one in chosen:
            axes_reset(username=one.username.lower())
            self.log_change(request, one, "解除登录锁定")

    @admin.action(description="取消双重验证（验证器遗失） Drop the second factor")
    def drop_second_factor(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        """For who lost his authenticator and his recovery codes; he sets it up again."""
        for one in chosen:
            Authenticator.objects.filter(user=one).delete()
            self.log_change(request, one, "取消双重验证")


@admin.register(Appointment)
class AppointmentAdmin(Administered, admin.ModelAdmin):  # type: ignore[type-arg]
    """All appointments, to look through."""

    list_display = ("user", "role", "over", "from_date", "to_date")
    list_filter = ("role",)
    search_fields = ("user__username", "user__display_name", "over__name")
    autocomplete_fields = ("user", "over")
    list_select_related = ("user", "over")

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Given on the person's own page, where nobody appoints himself."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """The same."""
        return False
