"""Runs the command line as `python -m lsplan_workflow.cli`."""

from lsplan_workflow.cli.main import run

if __name__ == "__main__":
    run()
