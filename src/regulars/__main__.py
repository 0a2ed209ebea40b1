"""The command `regulars`, also as `python -m regulars`: Ctrl-C ends even the loading with a sentence and 130."""

import sys


def main() -> None:
    """Loads the command line and runs it."""
    try:
        from regulars.cli import main as run
    except KeyboardInterrupt:
        from regulars.locale import spoken, words

        sys.stderr.write(f"regulars: {words(spoken())('cli.interrupted')}\n")
        sys.exit(130)
    run()


if __name__ == "__main__":
    main()
