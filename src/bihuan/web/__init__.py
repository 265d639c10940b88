"""The workbench as a site: settings, shell, sign-in."""
