"""The command line: one command per file; each parses, calls the public verb, and prints.

Exit codes: 0 done, 1 the work found something serious, 2 wrong use.
"""

import sys
from typing import Annotated, Any

import typer

from hilum.cli import (
    annotate,
    archive,
    atlas,
    catalogue,
    check,
    demo,
    doctor,
    evaluate,
    explain,
    export,
    ingest,
    init,
    inside,
    lung_masks,
    node,
    pacs,
    phantom,
    predict,
    protocol,
    quarantine,
    report,
    run,
    runs,
    score,
    serve,
    vault,
)
from hilum.cli.command_file import words_of
from hilum.cli.failures import OneSentenceGroup

# What `hilum --help` says of each command, in the order in which a user meets them.
SHORT = {
    "demo": "Run everything on a simulated hospital",
    "annotate": "Mark lesions: projects, checks, agreement, export",
    "serve": "Open the workbench in the browser",
    "phantom": "Write a simulated hospital for one question",
    "init": "Make a workspace for images, runs and the vault",
    "ingest": "De-identify images and bring them into the archive",
    "node": "Receive images from a PACS or a modality, and answer",
    "pacs": "Ask, fetch from and send to a PACS",
    "quarantine": "See and settle what could not be cleaned or read",
    "archive": "See what the archive holds, prove it unchanged, copy it",
    "protocol": "Print what de-identification does",
    "vault": "Keep the map from real to research identifiers",
    "check": "Say what speaks against a study's cohort",
    "run": "Run a study from its file to its report",
    "runs": "List the runs, or set some of them side by side",
    "report": "Write a run's report again",
    "atlas": "Average and test the maps of two groups pixel by pixel",
    "evaluate": "Compare readers with the truth from tables alone",
    "score": "Fill a clinical score in over a table",
    "predict": "Read new images with a trained model",
    "explain": "Show where a trained model looked, and check that",
    "inside": "See how a model comes from one image to its answer",
    "lung-masks": "Teach a small network to mark the lungs",
    "export": "Give a trained model on to other programs",
    "catalogue": "List models, scores, tasks and measures",
    "doctor": "Say what this installation is made of and lacks",
}


class _InOrder(OneSentenceGroup):
    """The commands in the order of `SHORT`, the group of quarantine among them."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Name the commands in the order in which a user meets them."""
        return sorted(super().list_commands(ctx), key=list(SHORT).index)


app = typer.Typer(
    name="hilum",
    cls=_InOrder,
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Find out whether medical images answer a clinical question, and better than what is used today.",
    epilog="Start with `hilum demo`; `hilum COMMAND --help` tells more of a command.",
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"hilum {version('hilum')}")
        raise typer.Exit


@app.callback()
def _options(
    debug: Annotated[bool, typer.Option("--debug", help="With an error, show where it arose.")] = False,
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version and exit.", callback=_version, is_eager=True),
    ] = False,
) -> None:
    """Take the options that stand before the command."""


app.command("phantom", cls=phantom.NamesItsWorlds, short_help=SHORT["phantom"])(phantom.phantom)
app.add_typer(quarantine.app, name="quarantine", short_help=SHORT["quarantine"])
app.add_typer(archive.archive_app, name="archive", short_help=SHORT["archive"])
app.add_typer(serve.app, name="serve", short_help=SHORT["serve"])
app.command("demo", short_help=SHORT["demo"])(demo.demo)
app.command("init", short_help=SHORT["init"])(init.init)
app.command("ingest", short_help=SHORT["ingest"])(ingest.ingest)
app.add_typer(vault.app, name="vault", short_help=SHORT["vault"])
app.command("node", short_help=SHORT["node"])(node.node)
app.add_typer(pacs.app, name="pacs", short_help=SHORT["pacs"])
app.command("protocol", short_help=SHORT["protocol"])(protocol.protocol)
app.command("check", short_help=SHORT["check"])(check.check)
app.command("run", short_help=SHORT["run"])(run.run)
app.command("runs", short_help=SHORT["runs"])(runs.runs)
app.command("report", short_help=SHORT["report"])(report.report)
app.command("atlas", short_help=SHORT["atlas"])(atlas.atlas)
app.add_typer(annotate.app, name="annotate", short_help=SHORT["annotate"])
app.command("evaluate", short_help=SHORT["evaluate"])(evaluate.evaluate)
app.command("score", short_help=SHORT["score"])(score.score)
app.command("predict", short_help=SHORT["predict"])(predict.predict)
app.command("inside", short_help=SHORT["inside"])(inside.inside)
app.command("explain", short_help=SHORT["explain"])(explain.explain)
app.add_typer(lung_masks.app, name="lung-masks", short_help=SHORT["lung-masks"])
app.command("export", short_help=SHORT["export"])(export.export)
app.command("catalogue", short_help=SHORT["catalogue"])(catalogue.catalogue)
app.command("doctor", short_help=SHORT["doctor"])(doctor.doctor)


def main() -> None:
    """Run the command line, with `--debug` accepted anywhere before a `--`."""
    arguments = words_of(sys.argv[1:])
    end = arguments.index("--") if "--" in arguments else len(arguments)
    if "--debug" in arguments[:end]:
        arguments = ["--debug", *(a for a in arguments[:end] if a != "--debug"), *arguments[end:]]
    app(args=arguments)
