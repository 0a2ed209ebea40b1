"""The entry point of `regulars` and `python -m regulars`: loads the command line, and lets Ctrl-C end even that."""

import sys


def main() -> None:
    """Runs the command line; exit code 130 also where Ctrl-C comes before it has loaded."""
    try:
        from regulars.cli import main as run

        run()
    except KeyboardInterrupt:
        from regulars.locale import spoken, words

        sys.stderr.write(f"regulars: {words(spoken())('cli.interrupted')}\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
