"""Write the page of the options: `python scripts/write_options_page.py > docs/options.md`."""

from glove_ada.run.options import GROUPS, MODES, RULES, own_defaults, shown_defaults
from glove_ada.run.options.kinds import Option, option_flag
from glove_ada.system.sentences.kinds import Switch

INTRODUCTION = """\
# Options of training

Made from `glove_ada/run/options/__init__.py` by `scripts/write_options_page.py`.

`python -m glove_ada.train` has all of them; `GloVe` in Python has those without \\*, `vector_size`
for `--vector-size`.

The last column names the first result that changes with an option; all that is made from it changes
too. With `--keep`, a later run uses again what comes before; a checkpoint goes on unless the
training or something before it would be another. Files are compared by their content (the input).
"""
RULES_TITLE = """
## Rules

The options that not every rule has, and defaults that are not those of the default rule. An option
that a rule lacks is refused.

| `--rule` | defaults |
| --- | --- |"""
COLUMNS = ("option", "takes", "default", "what it is for", "changes first")


def main() -> None:
    """Print the page."""
    print(INTRODUCTION.rstrip())
    for title, options in GROUPS.items():
        print(f"\n## {title[0].upper()}{title[1:]}\n")
        print(f"| {' | '.join(COLUMNS)} |")
        print(f"| {' | '.join('---' for _ in COLUMNS)} |")
        for option in options:
            takes = "on or off" if isinstance(option.kind, Switch) else option.kind.takes
            cells = [_names(option), takes, _default(option), option.help]
            print(f"| {' | '.join([*cells, option.shapes.value])} |")
    print(RULES_TITLE)
    for rule in RULES:
        own = [f"`{option_flag(name)}` {text}" for name, text in own_defaults(rule).items()]
        print(f"| {rule} | {', '.join(own)} |")


def _names(option: Option) -> str:
    flags = [f"{option.flag} {option.metavar or ''}".strip(), *option.aliases]
    if isinstance(option.kind, Switch) and option.default:
        flags.append(option.flag.replace("--", "--no-", 1))
    return ", ".join(f"`{flag}`" for flag in flags) + " \\*" * option.command_only


def _default(option: Option) -> str:
    """Return the default, and those of other rules where they differ."""
    first, *others = shown_defaults(option)
    if set(others) == {first} == {"not used"}:
        return "of some rules only, see below"
    differing = [
        f"{text} with `{given}`"
        for given, text in zip(list(MODES)[1:], others, strict=True)
        if text != first
    ]
    return "; ".join([first, *differing])


if __name__ == "__main__":
    main()
