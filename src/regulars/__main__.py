"""The entry point of `regulars` and `python -m regulars`: loads the command line, and lets Ctrl-C end even that."""

import os
import sys


def main() -> None:
    """Runs the command line; exit code 130 also where Ctrl-C comes before it has loaded."""
    try:
        from regulars.cli import main as run

        run()
    except KeyboardInterrupt:
        from regulars.locale import spoken, words

        sys.stderr.write(f"regulars: {words(spoken())('cli.interrupted')}\n")
        sys.stderr.flush()
        os._exit(130)  # nothing is open yet; Python would end by the signal if it met the making of a class


if __name__ == "__main__":
    main()
