"""A whole study from file to report, stage by stage, resumable.

`study_run.run_study` runs one; `cohort_stage.check_study` only looks; `evaluate_tables` compares readers from
tables alone; `demo.run_demo` shows all of it on the phantom hospital.
"""
