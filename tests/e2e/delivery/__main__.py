"""Does in an emulator that evaluates IAM what the workflows do in an account: with their roles, and with scripts/deliver."""

from delivery.account import Account
from delivery.cases import CASES
from support.checks import collect
from support.processes import stop_all
from support.run import Run


def main():
    run = Run("delivery", CASES)
    try:
        account = Account(run.logs)
        account.prepare()
        run.each(lambda case: collect(case, account))
    finally:
        stop_all()
    run.end()


main()
