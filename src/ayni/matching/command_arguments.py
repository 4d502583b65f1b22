"""What `ayni match` can be asked, told to argparse: help and the reference pages come from here."""

import argparse
from pathlib import Path

from ayni.matching.circles import LONGEST, SHORTEST
from ayni.matching.levels import ORDER, full_order

HELP = (
    "Reciprocal rounds and exchange circles: solved, proven and explained, from files. "
    "It proposes; people decide. Needs no site. Exit code 0: done; 1: not solved, or not proven; "
    "2: what was given cannot be used, and nothing was written."
)
_PROBLEM = "The round, as in docs/reference/matching-round.schema.json."
_SOLUTION = "Its answer, as `solve` and `resolve` write it."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    _add_solve(what.add_parser("solve", help="Find the best round, and prove that it is."))
    _add_resolve(what.add_parser("resolve", help="Again after withdrawals: as many as can go, few changes."))
    check = what.add_parser(
        "check",
        help="Check rules and proof again, without the solver. Exit code 0: all is kept and proven; "
        "1: a rule is broken, or something is not proven without the solver.",
    )
    _add_round(check)
    _add_answer(check)
    why = what.add_parser("why", help="Why somebody goes where they go, or stays at home.")
    _add_round(why)
    why.add_argument("candidate", metavar="CANDIDATE", help="The candidate's id.")
    _add_answer(why, lists=True)
    why_not = what.add_parser("why-not", help="What it would take to send somebody to a certain position.")
    _add_round(why_not)
    why_not.add_argument("candidate", metavar="CANDIDATE", help="The candidate's id.")
    why_not.add_argument("position", metavar="POSITION", help="The position's id.")
    _add_answer(why_not, lists=True)
    _add_tradeoffs(
        what.add_parser("tradeoffs", help="What balance and each goal change. Solves many rounds.")
    )
    _add_discover(what.add_parser("discover", help="Swaps and circles of institutions that have not met."))
    compare = what.add_parser("compare", help="The round beside swaps by hand and beside trading cycles.")
    _add_round(compare)
    _add_answer(compare)
    _add_generate(what.add_parser("generate", help="Make up a round that looks like a real one."))


def _add_solve(parser: argparse.ArgumentParser) -> None:
    _add_problem(parser)
    _add_output(parser)
    parser.add_argument("--seed", help="What lots are drawn with; else the round's own seed.")
    _add_order(parser, f"{','.join(ORDER)}, which is taken if nothing is said")
    parser.add_argument(
        "--previous",
        type=Path,
        metavar="SOLUTION",
        help="The answer before: whoever can stay where they were, stays (the level `stay`).",
    )
    _add_answer(parser, lists=True, written=True)
    _add_progress(parser)


def _add_resolve(parser: argparse.ArgumentParser) -> None:
    _add_round(parser)
    parser.add_argument(
        "--withdraw",
        nargs="+",
        action="extend",
        default=[],
        metavar="ID",
        help="Candidates and positions that are withdrawn. Where one id is both: candidate:ID or position:ID.",
    )
    parser.add_argument(
        "--close", nargs="+", action="extend", default=[], metavar="POSITION", help="Positions withdrawn."
    )
    _add_output(parser)
    parser.add_argument(
        "--problem-out",
        type=Path,
        metavar="LEFT.json",
        help="Write the round that is left to this file: the new answer is checked and explained with it.",
    )
    _add_order(parser, "as before, with `stay` after `count`")
    _add_answer(parser, lists=True, written=True)
    _add_progress(parser)


def _add_tradeoffs(parser: argparse.ArgumentParser) -> None:
    _add_problem(parser)
    parser.add_argument("--seed", help="What lots are drawn with; else the round's own seed.")
    _add_answer(parser)
    _add_progress(parser)


def _add_discover(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="A graph, in JSON or as plain .input.")
    parser.add_argument(
        "--max-circle",
        type=int,
        choices=range(SHORTEST, LONGEST + 1),
        help="Institutions in a circle at most; else what the file says, or 3.",
    )
    parser.add_argument("--seed", default="", help="What lots are drawn with.")
    _add_answer(parser)
    _add_progress(parser)


def _add_generate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--candidates", type=_natural, required=True, metavar="N", help="How many people.")
    parser.add_argument(
        "--institutions", type=_natural, required=True, metavar="M", help="How many institutions."
    )
    parser.add_argument("--seed", default="1", help="Another seed, another round.")
    parser.add_argument("--days", action="store_true", help="Balances are counted in days, not people.")
    parser.add_argument("--shares", action="store_true", help="With shares of groups and host countries.")
    parser.add_argument("--budgets", action="store_true", help="With donors whose money does not suffice.")
    parser.add_argument(
        "--agreements-only", action="store_true", help="People go only where there is an agreement."
    )
    parser.add_argument(
        "--tolerance",
        type=_natural,
        default=0,
        metavar="T",
        help="How far from zero each balance may end.",
    )
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="Write it to this file; else it is printed."
    )


def _add_problem(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("problem", type=Path, metavar="PROBLEM", help=_PROBLEM)


def _add_round(parser: argparse.ArgumentParser) -> None:
    _add_problem(parser)
    parser.add_argument("solution", type=Path, metavar="SOLUTION", help=_SOLUTION)


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-o", "--output", type=Path, metavar="SOLUTION", help="Write the answer to this file, as JSON."
    )


def _add_order(parser: argparse.ArgumentParser, usual: str) -> None:
    parser.add_argument(
        "--order",
        type=_order,
        help=f"What is more important, in order, between commas ({usual}). "
        "`coverage`: institutions that have waited come to their turn.",
    )


def _add_answer(parser: argparse.ArgumentParser, *, lists: bool = False, written: bool = False) -> None:
    usual = " (text if there is -o, else json)" if written else ""
    parser.add_argument(
        "--format",
        choices=["text", "json"],
        default=None if written else "text",
        help=f"How the answer is printed: for people, or for programs{usual}.",
    )
    parser.add_argument(
        "--json", dest="format", action="store_const", const="json", help="The same as --format json."
    )
    if lists:
        parser.add_argument("--all", action="store_true", help="All rows of each list, not only the first.")


def _add_progress(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--progress",
        action="store_true",
        help="Say how far it is on standard error, even where that is no terminal.",
    )


def _natural(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 9:  # noqa: PLR2004 - more would fill no memory
        raise argparse.ArgumentTypeError(f"a whole number is needed, not {text!r}")
    return int(text)


def _order(text: str) -> tuple[str, ...]:
    order = tuple(name.strip() for name in text.split(","))
    try:
        full_order(order, strict=True)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return order
