"""Texts that a department's file may hold and that must stay text in whatever we write."""

from __future__ import annotations

TEXTS = (
    "{{ 7*7 }}",
    "{% for x in y %}",
    "<b>甲&乙</b>",
    "<script>alert(1)</script>",
    "=cmd|'/C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "https://example.org/x",
    "\"'><img src=x onerror=alert(1)>",
    "坏\x01字",
)
