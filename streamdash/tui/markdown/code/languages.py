"""The languages that are highlighted, and what an unfinished line of theirs may leave open."""

from __future__ import annotations

from typing import NamedTuple


class Construct(NamedTuple):
    """Text from `opener` to `closer` that may cross lines; `kind` is its kind of token."""

    opener: str
    closer: str
    kind: str


class Embedded(NamedTuple):
    """Code of another language: it begins in a state of the lexer and ends before `closer`."""

    state: str
    language: str
    closer: str


_NAMES: dict[str, str] = {
    "python": "py python3 py3",
    "pycon": "",
    "javascript": "js mjs cjs node",
    "typescript": "ts",
    "jsx": "",
    "tsx": "",
    "json": "jsonc jsonl json5 ndjson",
    "bash": "sh shell zsh ksh shellscript",
    "console": "shell-session shellsession",
    "powershell": "ps1 pwsh",
    "batch": "bat cmd",
    "html": "htm xhtml",
    "xml": "svg xsd xsl plist",
    "css": "",
    "scss": "",
    "sql": "mysql postgresql postgres sqlite plsql tsql",
    "go": "golang",
    "rust": "rs",
    "java": "",
    "kotlin": "kt kts",
    "scala": "",
    "groovy": "gradle",
    "c": "h",
    "cpp": "c++ cc cxx hpp",
    "csharp": "c# cs",
    "swift": "",
    "dart": "",
    "zig": "",
    "ruby": "rb",
    "php": "",
    "perl": "pl",
    "lua": "",
    "r": "",
    "haskell": "hs",
    "elixir": "ex exs",
    "yaml": "yml",
    "toml": "",
    "ini": "cfg conf properties dotenv env",
    "dockerfile": "docker containerfile",
    "makefile": "make mk",
    "cmake": "",
    "terraform": "tf hcl",
    "nginx": "",
    "graphql": "gql",
    "protobuf": "proto",
    "diff": "patch udiff",
    "tex": "latex",
}
_LANGUAGE_OF = {
    name: language for language, names in _NAMES.items() for name in (language, *names.split())
}

_C_COMMENT = Construct("/*", "*/", "comment")
_XML_COMMENT = Construct("<!--", "-->", "comment")
_CONSTRUCTS: dict[str, tuple[Construct, ...]] = {
    **dict.fromkeys(
        ("javascript", "typescript", "jsx", "tsx", "css", "scss", "java", "kotlin", "scala"),
        (_C_COMMENT,),
    ),
    **dict.fromkeys(
        ("groovy", "c", "cpp", "csharp", "swift", "dart", "php", "sql", "terraform"),
        (_C_COMMENT,),
    ),
    "go": (_C_COMMENT, Construct("`", "`", "string")),
    "bash": (Construct("'", "'", "string"),),
    "html": (_XML_COMMENT,),
    "xml": (_XML_COMMENT,),
    "haskell": (Construct("{-", "-}", "comment"),),
}
_EMBEDDED = {
    "html": (
        Embedded("script-content", "javascript", "</script"),
        Embedded("style-content", "css", "</style"),
    )
}


def language_of(info: str) -> str:
    """The language that a fence's info string names; empty if it is none of these.

    ```` ```python title="a.py" ````, ```` ```{.python} ```` and ```` ```js{1,3} ```` count.
    """
    word = info.strip().lstrip("{.").lower()
    end = next((i for i, character in enumerate(word[:24]) if character in " \t{},:;"), None)
    return _LANGUAGE_OF.get(word[:24] if end is None else word[:end], "")


def constructs(language: str) -> tuple[Construct, ...]:
    """What pygments' lexer of a language matches with one expression across lines."""
    return _CONSTRUCTS.get(language, ())


def embedded(language: str) -> tuple[Embedded, ...]:
    """The languages inside a language."""
    return _EMBEDDED.get(language, ())
