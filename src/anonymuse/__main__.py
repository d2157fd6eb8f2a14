"""`python -m anonymuse` is the command `anonymuse`."""

from anonymuse.cli.main import main

main()
