"""Lesions marked by people: shapes, history, passes, checks, and the forms in which they are exchanged."""
