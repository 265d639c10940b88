"""Sphinx reads Markdown from this folder; `docs/reference.py` has made the reference pages before."""

project = "Bihuan 闭环"
author = "The Bihuan founders"
copyright = "2026, The Bihuan founders"
extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist", "attrs_inline"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = "Bihuan 闭环"
language = "zh_CN"
exclude_patterns = ["_build"]
# Pygments knows no SQL with $constants; it colours such a method in its relaxed mode.
suppress_warnings = ["misc.highlighting_failure"]
