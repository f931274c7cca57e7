"""Who may do what: rights, roles, people, sessions, tokens."""
