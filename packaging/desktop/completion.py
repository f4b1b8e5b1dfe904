"""Completion of `workbench` in bash, zsh and fish."""

from __future__ import annotations

from collections.abc import Iterable

from desktop.commands import Argument, Command, Option

_MADE = "# Made from the program's own parser when it was packaged."


def bash(program: Command) -> str:
    """One function: it finds the command being typed, then offers its options, or what the one before the cursor takes."""
    name = program.path[0]
    paths, values, words = [], [], []
    for command in program.all():
        path = " ".join(command.path)
        for part in command.commands:
            paths.append(f'"{path} {part.path[-1]}") path="{path} {part.path[-1]}" ;;')
        for option in command.options:
            if option.takes:
                flags = "|".join(f'"{path}:{flag}"' for flag in option.flags)
                values.append(f"{flags}) {_bash_value(option)}; return ;;")
        flags = " ".join(flag for option in command.options for flag in option.flags)
        below = " ".join(part.path[-1] for part in command.commands)
        files = "1" if command.takes_files else ""
        words.append(f'"{path}") flags="{flags}" words="{below}" files="{files}" ;;')
    return f"""\
# bash completion for {name}
{_MADE}

_{name}() {{
    local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}} path={name} word i flags words files
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${{COMP_WORDS[i]}}
        case "$path $word" in
{_indented(paths, 12)}
        esac
    done
    compopt -o filenames 2>/dev/null
    case "$path:$prev" in
{_indented(values, 8)}
    esac
    case "$path" in
{_indented(words, 8)}
    esac
    if [[ $cur == -* ]]; then
        compopt +o filenames 2>/dev/null
        COMPREPLY=($(compgen -W "$flags" -- "$cur"))
    else
        COMPREPLY=($(compgen -W "$words" -- "$cur"))
        if [[ $files ]]; then
            local IFS=$'\\n'
            COMPREPLY+=($(compgen -f -- "$cur"))
        fi
    fi
}}
complete -F _{name} {name}
"""


def _bash_value(option: Option) -> str:
    if option.choices:
        return f'COMPREPLY=($(compgen -W "{" ".join(option.choices)}" -- "$cur"))'
    kinds = {"file": "-f", "folder": "-d"}
    if option.takes in kinds:
        return f"local IFS=$'\\n'; COMPREPLY=($(compgen {kinds[option.takes]} -- \"$cur\"))"
    return "COMPREPLY=()"


def zsh(program: Command) -> str:
    name = program.path[0]
    functions = [_zsh_function(command) for command in program.all()]
    return f"#compdef {name}\n{_MADE}\n\n" + "\n".join(functions) + f'\n{_zsh_name(program)} "$@"\n'


def _zsh_function(command: Command) -> str:
    specs = [spec for option in command.options for spec in _zsh_option(option)]
    specs += [_zsh_argument(number, argument) for number, argument in enumerate(command.arguments, 1)]
    if not command.commands:
        return f"{_zsh_name(command)}() {{\n  _arguments -s \\\n{_zsh_lines(specs)}\n}}\n"
    specs += ["'1: :->command'", "'*:: :->rest'"]
    listed = [_quoted(f"{part.path[-1]}:{part.summary}") for part in command.commands]
    cases = [f"{part.path[-1]}) {_zsh_name(part)} ;;" for part in command.commands]
    files = "_files" if command.takes_files else ""
    return f"""\
{_zsh_name(command)}() {{
  local curcontext="$curcontext" state line
  local -a commands=(
{_indented(listed, 4)}
  )
  _arguments -C -s \\
{_zsh_lines(specs)}
  case $state in
    command) _describe -t commands command commands{f"; {files}" if files else ""} ;;
    rest)
      case $line[1] in
{_indented(cases, 8)}
      {f"*) {files} ;;" if files else ""}
      esac
      ;;
  esac
}}
"""


def _zsh_name(command: Command) -> str:
    return "_" + "_".join(command.path).replace("-", "_")


def _zsh_lines(specs: Iterable[str]) -> str:
    return " \\\n".join(f"    {spec}" for spec in specs)


def _zsh_option(option: Option) -> list[str]:
    others = f"({' '.join(option.flags)})" if len(option.flags) > 1 else ""
    told = option.help.translate({ord("["): "(", ord("]"): ")"})
    value = f":{_plain(option.metavar)}:{_zsh_values(option)}" if option.takes else ""
    return [_quoted(f"{others}{flag}[{told}]{value}") for flag in option.flags]


def _zsh_argument(number: int, argument: Argument) -> str:
    place = "*" if argument.many else str(number)
    optional = "" if argument.least or argument.many else ":"
    return _quoted(f"{place}:{optional}{_plain(argument.metavar)}:{_zsh_values(argument)}")


def _zsh_values(what: Option | Argument) -> str:
    if what.choices:
        return f"({' '.join(what.choices)})"
    return {"file": "_files", "folder": "_files -/"}.get(what.takes, "")


def _plain(metavar: str) -> str:
    return metavar.replace(":", " ")


def fish(program: Command) -> str:
    name = program.path[0]
    lines = [
        _MADE,
        "",
        f"function __{name}_at --description 'Whether the command typed so far is just this one'",
        "    set -l words (commandline -opc)[2..]",
        "    set -l path",
        "    for word in $words",
        f"        if contains -- (string join -- ' ' $path $word) {_fish_paths(program)}",
        "            set -a path $word",
        "        end",
        "    end",
        '    test "$path" = "$argv"',
        "end",
        "",
        f"complete -c {name} -f",
    ]
    for command in program.all():
        at = _fish_at(command)
        for part in command.commands:
            lines.append(f"{at} -a {part.path[-1]} -d {_fish_quoted(part.summary)}")
        if command.takes_files:
            lines.append(f"{at} -F")
        lines += [_fish_option(at, option) for option in command.options]
    return "\n".join(lines) + "\n"


def _fish_at(command: Command) -> str:
    name, *below = command.path
    question = " ".join((f"__{name}_at", *below))
    return f"complete -c {name} -n '{question}'"


def _fish_paths(program: Command) -> str:
    return " ".join(_fish_quoted(" ".join(command.path[1:])) for command in list(program.all())[1:])


def _fish_option(at: str, option: Option) -> str:
    words = [at]
    for flag in option.flags:
        words.append(f"-l {flag[2:]}" if flag.startswith("--") else f"-s {flag[1:]}")
    if option.choices:
        words.append(f"-x -a {_fish_quoted(' '.join(option.choices))}")
    elif option.takes == "file":
        words.append("-r -F")
    elif option.takes == "folder":
        words.append("-x -a '(__fish_complete_directories)'")
    elif option.takes:
        words.append("-x")
    words.append(f"-d {_fish_quoted(option.help)}")
    return " ".join(words)


def _fish_quoted(plain: str) -> str:
    escaped = plain.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _quoted(plain: str) -> str:
    return "'" + plain.replace("'", "'\\''") + "'"


def _indented(lines: Iterable[str], by: int) -> str:
    return "\n".join(" " * by + line for line in lines)
