"""Who may act: units as a tree, users, the roles they hold."""
