"""What the workbench keeps of annotation: projects, cases, markings, and every event of them."""

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, Table, UniqueConstraint

from hilum.archive.words import Words
from hilum.serving.audit_rules import keep_append_only
from hilum.serving.tables import metadata

PROJECTS = Table(
    "annotation_projects",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", Words(), nullable=False, unique=True),
    Column("code", Words(), nullable=False),
    Column("plan", Words(), nullable=False),
    Column("team", Words(), nullable=False),
    Column("made", Words(), nullable=False),
    Column("maker", Integer),
)
"""`plan` is a `Plan` as JSON, `team` the numbers of the people who are given work."""

CASES = Table(
    "annotation_cases",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("project", Integer, ForeignKey("annotation_projects.id"), nullable=False, index=True),
    Column("name", Words(), nullable=False),
    Column("patient", Words(), nullable=False),
    Column("study", Words(), nullable=False),
    Column("stage", Words(), nullable=False, index=True),
    Column("round", Integer, nullable=False),
    Column("course", Words(), nullable=False),
    Column("pictures", Integer, nullable=False),
    Column("images", Words(), nullable=False),
    Column("proposals", Words(), nullable=False),
    Column("accepted", Integer),
    UniqueConstraint("project", "name", name="uq_annotation_cases_name"),
)
"""`images` is a list of `PlacedImage` as JSON; `accepted` the marking that is the result; `course` is set for
cases of training, whose `accepted` marking is the known answer."""

MARKINGS = Table(
    "annotation_markings",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case", Integer, ForeignKey("annotation_cases.id"), nullable=False, index=True),
    Column("stage", Words(), nullable=False),
    Column("round", Integer, nullable=False),
    Column("person", Integer, index=True),
    Column("state", Words(), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("made", Words(), nullable=False),
    Column("submitted", Words()),
    Column("seconds", Float),
    Column("course", Integer, index=True),
    Index("ix_annotation_markings_work", "person", "state"),
)
"""One person's marking of a case in a stage; `person` is empty for what was read in; `course` is the attempt
at a course that it belongs to."""

EVENTS = Table(
    "annotation_events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("marking", Integer, ForeignKey("annotation_markings.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("event", Words(), nullable=False),
    Column("received", Words(), nullable=False),
    Column("content", Words(), nullable=False),
    UniqueConstraint("marking", "revision", name="uq_annotation_events_revision"),
    UniqueConstraint("marking", "event", name="uq_annotation_events_event"),
)
"""Everything that was done to markings; rows are only added."""

CHECKS = Table(
    "annotation_checks",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case", Integer, ForeignKey("annotation_cases.id"), nullable=False, index=True),
    Column("marking", Integer, nullable=False),
    Column("round", Integer, nullable=False),
    Column("at", Words(), nullable=False),
    Column("defects", Words(), nullable=False),
)
"""Check 1 of every marking that was to be handed in."""

AGREEMENTS = Table(
    "annotation_agreements",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case", Integer, ForeignKey("annotation_cases.id"), nullable=False, index=True),
    Column("round", Integer, nullable=False),
    Column("at", Words(), nullable=False),
    Column("stage", Words(), nullable=False),
    Column("marking", Integer, nullable=False),
    Column("share", Float, nullable=False),
    Column("content", Words(), nullable=False),
)
"""Check 2: what it came to; `share` is the marking's lower agreement with the opinions."""

ATTEMPTS = Table(
    "annotation_attempts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("project", Integer, ForeignKey("annotation_projects.id"), nullable=False, index=True),
    Column("person", Integer, nullable=False, index=True),
    Column("course", Words(), nullable=False),
    Column("begun", Words(), nullable=False),
    Column("ended", Words()),
    Column("share", Float),
    Column("passed", Integer),
    Column("content", Words(), nullable=False),
)
"""Attempts at a course of training."""

STEPS = Table(
    "annotation_case_steps",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case", Integer, ForeignKey("annotation_cases.id"), nullable=False, index=True),
    Column("marking", Integer),
    Column("person", Integer),
    Column("at", Words(), nullable=False),
    Column("what", Words(), nullable=False),
    Column("reason", Words(), nullable=False),
    Column("content", Words(), nullable=False),
)
"""What people decided about a case beside marking it, with reasons: opened again, taken out, put back, taken
out of a course. `content` says where the case stood before, as JSON."""

SNAPSHOTS = Table(
    "annotation_snapshots",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("marking", Integer, ForeignKey("annotation_markings.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("content", Words(), nullable=False),
    UniqueConstraint("marking", "revision", name="uq_annotation_snapshots_revision"),
)
"""What a long marking showed at a revision, so that it need not be replayed from its beginning. The events
count: snapshots can be made again from them."""

for _log in (EVENTS, CHECKS, AGREEMENTS, STEPS, SNAPSHOTS):
    keep_append_only(_log)
