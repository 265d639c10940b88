"""Units, people and appointments, as the administrator enters them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
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
    autocomplete_fields: ClassVar = ["over"]


@admin.register(Unit)
class UnitAdmin(Administered, admin.ModelAdmin):  # type: ignore[type-arg]
    """The tree of units."""

    list_display: ClassVar = ["name", "code", "parent"]
    search_fields: ClassVar = ["name", "code"]
    autocomplete_fields: ClassVar = ["parent"]
    list_select_related: ClassVar = ["parent"]


@admin.register(User)
class PersonAdmin(Administered, UserAdmin):
    """People; rights come from appointments, so groups and permissions are left out."""

    list_display: ClassVar = ["username", "display_name", "unit", "is_active", "last_login"]
    list_filter: ClassVar = ["is_active", "appointments__role"]
    list_select_related: ClassVar = ["unit"]
    search_fields: ClassVar = ["username", "display_name"]
    autocomplete_fields: ClassVar = ["unit"]
    filter_horizontal: ClassVar = []
    inlines: ClassVar = [AppointmentLines]
    fieldsets: ClassVar = [
        (None, {"fields": ["username", "password", "display_name", "unit", "language"]}),
        ("状态", {"fields": ["is_active", "is_staff", "last_login"]}),
    ]
    add_fieldsets: ClassVar = [
        (None, {"fields": ["username", "display_name", "unit", "usable_password", "password1", "password2"]})
    ]
    readonly_fields: ClassVar = ["last_login"]
    ordering: ClassVar = ["username"]


@admin.register(Appointment)
class AppointmentAdmin(Administered, admin.ModelAdmin):  # type: ignore[type-arg]
    """All appointments, to look through."""

    list_display: ClassVar = ["user", "role", "over", "from_date", "to_date"]
    list_filter: ClassVar = ["role"]
    search_fields: ClassVar = ["user__username", "user__display_name", "over__name"]
    autocomplete_fields: ClassVar = ["user", "over"]
    list_select_related: ClassVar = ["user", "over"]
