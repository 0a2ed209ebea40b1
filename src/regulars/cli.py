"""The command line: `regulars run orders.csv --shop toko` and what goes with it.

Exit codes: 0 done, 1 something unforeseen, 2 usage or no such file, 3 input not understood, 4 nothing left to analyse,
5 cannot write, 130 interrupted. Results go to standard output, everything else to standard error. Commands load what
they need when they run: the bare command starts fast.
"""

import atexit
import os
import signal
import sys
from io import TextIOWrapper
from typing import NoReturn

import typer

from regulars.commands.compare import compare
from regulars.commands.explain import explain
from regulars.commands.export import export
from regulars.commands.forget import forget
from regulars.commands.inspect import inspect
from regulars.commands.language import asked
from regulars.commands.moves import moves
from regulars.commands.options import say
from regulars.commands.recommend import recommend
from regulars.commands.report import report, version
from regulars.commands.retention import retention
from regulars.commands.rules import rules
from regulars.commands.run import run
from regulars.commands.score import score
from regulars.commands.serve import serve
from regulars.commands.usage import wrong_usage
from regulars.commands.value import value
from regulars.errors import RegularsError
from regulars.locale import Words, words

app = typer.Typer(
    name="regulars", help=say("cli.app"), no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)

# in the order of the help; a command is called as its function, and described by the words `cli.<name>`
for command in (
    run, inspect, explain, compare, export, moves, rules, recommend, value, retention, report, score, forget, serve,
    version,
):  # fmt: skip
    app.command(help=say(f"cli.{command.__name__}"))(command)

INTERRUPTED = 130


def main() -> None:
    """The entry point: runs the command line, turns every error into a sentence and an exit code."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever ends us gets the same order as from Ctrl-C
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal of few letters gets question marks for the others
            stream.reconfigure(errors="replace")
    code = _guarded(sys.argv[1:])
    if code == INTERRUPTED:
        interrupted()
    sys.exit(code)


def interrupted() -> NoReturn:
    """Ends with 130, whatever Ctrl-C fell into: Python itself ends by the signal if it met the making of a class."""
    atexit._run_exitfuncs()
    sys.stderr.flush()
    os._exit(INTERRUPTED)


def _guarded(arguments: list[str]) -> int:
    verbose = "--verbose" in arguments
    try:
        result = app(args=arguments, standalone_mode=False)
        if sys.stdout:  # None where the caller closed it
            sys.stdout.flush()
        if result == 130:  # typer's own answer to Ctrl-C, which says nothing
            raise KeyboardInterrupt
        return result if isinstance(result, int) else 0
    except RegularsError as error:
        _complain(error.text(words(asked(arguments))))
        return error.exit_code
    except typer.TyperException as error:
        if sentence := wrong_usage(error, arguments, app, words(asked(arguments))):
            _complain(sentence)
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        _complain(words(asked(arguments))("cli.interrupted"))
        return INTERRUPTED
    except (BrokenPipeError, SystemExit):  # the reader of a pipe has gone; rich and typer then leave by themselves
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - so that the exit flushes nowhere
        return 0
    except Exception as error:
        if verbose:
            import traceback

            traceback.print_exc()
        return _unforeseen(error, words(asked(arguments)))


def _unforeseen(error: Exception, say: Words) -> int:
    """An error of the engine or the system that no stage has put into words."""
    from regulars.engine import first_line

    if isinstance(error, OSError) or type(error).__name__ in ("IOException", "OutOfMemoryException"):
        _complain(say("cli.system_error", why=first_line(error)))
        return 5
    if "interrupt" in str(error).lower():
        _complain(say("cli.interrupted"))
        return INTERRUPTED
    _complain(say("cli.unforeseen", what=f"{type(error).__name__}: {first_line(error)}"))
    return 1


def _complain(sentence: str) -> None:
    typer.echo(f"regulars: {sentence}", err=True)


if __name__ == "__main__":
    main()
