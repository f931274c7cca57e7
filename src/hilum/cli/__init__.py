"""The command line: one command per file; each parses, calls the public verb, and prints.

Exit codes: 0 done, 1 the work found something serious, 2 wrong use.
"""

import sys
from typing import Annotated

import typer

from hilum.cli import (
    catalogue,
    check,
    demo,
    doctor,
    evaluate,
    export,
    ingest,
    init,
    phantom,
    predict,
    protocol,
    quarantine,
    report,
    run,
    runs,
    score,
)
from hilum.cli.failures import OneSentenceGroup

app = typer.Typer(
    name="hilum",
    cls=OneSentenceGroup,
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Find out whether medical images answer a clinical question, and better than what is used today.",
)


@app.callback()
def _options(
    debug: Annotated[bool, typer.Option("--debug", help="With an error, show where it arose.")] = False,
) -> None:
    """Take the options that stand before the command."""


app.command("demo")(demo.demo)
app.command("phantom")(phantom.phantom)
app.command("init")(init.init)
app.command("ingest")(ingest.ingest)
app.command("protocol")(protocol.protocol)
app.add_typer(quarantine.app, name="quarantine")
app.command("check")(check.check)
app.command("run")(run.run)
app.command("runs")(runs.runs)
app.command("evaluate")(evaluate.evaluate)
app.command("score")(score.score)
app.command("report")(report.report)
app.command("predict")(predict.predict)
app.command("export")(export.export)
app.command("catalogue")(catalogue.catalogue)
app.command("doctor")(doctor.doctor)


def main() -> None:
    """Run the command line, with `--debug` accepted anywhere before a `--`."""
    arguments = sys.argv[1:]
    end = arguments.index("--") if "--" in arguments else len(arguments)
    if "--debug" in arguments[:end]:
        arguments = ["--debug", *(a for a in arguments[:end] if a != "--debug"), *arguments[end:]]
    app(args=arguments)
