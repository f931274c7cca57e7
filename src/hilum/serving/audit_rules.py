"""The database itself refuses to change or remove lines of a log."""

from sqlalchemy import DDL, Table, event


def keep_append_only(table: Table) -> None:
    """Add triggers that refuse changes and removals, when the table is made."""
    for verb in ("UPDATE", "DELETE"):
        name = f"{table.name}_no_{verb.lower()}"
        sqlite = (
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table.name} "
            f"BEGIN SELECT RAISE(ABORT, 'append-only'); END"
        )
        event.listen(table, "after_create", _sentence(sqlite).execute_if(dialect="sqlite"))
    function = (
        f"CREATE OR REPLACE FUNCTION {table.name}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"'BEGIN RAISE EXCEPTION ''append-only''; END'"
    )
    trigger = (
        f"CREATE TRIGGER {table.name}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table.name} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table.name}_refuse()"
    )
    for sentence in (function, trigger):
        event.listen(table, "after_create", _sentence(sentence).execute_if(dialect="postgresql"))


def _sentence(text: str) -> DDL:
    return DDL(text)  # type: ignore[no-untyped-call]
