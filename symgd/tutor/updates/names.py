"""Names on a student's update lines: v', v_new, v_{t+1}, v_t, v_m', m̂ and what else says which value is meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from symgd.tutor.tokens import CLOSING, LineToken
from symgd.tutor.vocabulary import spelled

# Letters that count the steps.
STEP_LETTERS = ("t", "k", "n", "i", "s")
PARAMETER_NAMES = ("theta", "Theta", "w", "W", "x", "X", "p", "params", "weights", "parameters")
GRADIENT_NAMES = ("g", "G", "grad", "gradient", "gradJ", "grad_J", "dJ", "nabla", "grads", "g_rad")
COST_NAMES = ("J", "L", "C", "E", "f", "F", "Loss", "loss", "Cost", "cost", "MSE", "mse", "ell")

_ACCENTS = {"\u0302": "_hat", "\u0303": "_tilde", "\u0304": "_bar", "\u0305": "_bar"}
_LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ₊₋", "0123456789aehijklmnoprstuvx+-")
_RAISED = str.maketrans("ᵗᵏⁱ⁺⁻⁽⁾⁰¹²³⁴⁵⁶⁷⁸⁹ⁿ", "tki+-()0123456789n")
_LOWERED_RUN = re.compile("[₀-₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ₊₋]+")
_RAISED_RUN = re.compile("[⁽]?[ᵗᵏ](?:[⁺⁻][⁰¹²³⁴-⁹]+)?[⁾]?")
_TILDE = re.compile(r"\\(?:wide)?tilde\s*(?:\{\s*\\?(\w+)\s*\}|\\?(\w))")
_COMPONENT = re.compile(
    r"\s*\$?\s*(?P<name>\\?[^\W\d_]+)_\{?(?P<letter>[ijkl])\}?\s*(?::=|=|\\leftarrow|\\gets|:)"
)
# E[g²]_t, what others have for the mean square.
_MEAN = re.compile(r"(?:\\mathbb\s*\{?E\}?|\bE)\s*(?:\\left)?\[\s*(?P<of>[^\]]*?)\s*(?:\\right)?\]")
# g ⊙ g; self.v and torch.sqrt; g²ₜ with its square first.
_ENTRYWISE = re.compile(r"[⊙∘]|\\(?:odot|circ|bullet)(?![A-Za-z])")
_COMMA = re.compile(r"(?<![\w.,])(\d+),(\d+)(?![\w,])")  # 0,9 as many countries write it
_OF_SEVERAL = re.compile(r"max|min|clip|piecewise|mod")
_COSTS = "|".join(COST_NAMES)
_GRAD_OF = re.compile(
    rf"\bgrad(?:ient)?(?:\s*\(\s*({_COSTS})\s*\)|\s+({_COSTS})\b)"
)  # grad(J), grad J
_PREFIX = re.compile(r"\b(?:self|torch|jnp|tf)\.(?=[A-Za-z])")
_SQUARE_FIRST = re.compile(r"(?P<name>\b[^\W\d_])\^\{?2\}?_(?P<below>\{[^{}]*\}|\w)")
_LEADING = re.compile(r"\s*[^\W\d_]{3,}(?:[ ,]+[^\W\d_]+)*\s*:(?!=)\s*(?=\S+.*=)")
_TIME = re.compile(rf"(?P<letter>[{''.join(STEP_LETTERS)}])(?P<by>[+-]\d+)?")
_HATS = re.compile(r"(?P<name>\w*?[^\W_])_?(?P<mark>hat|tilde|bar|corrected|corr|unbiased)")
_NEW = ("new", "next", "neu", "nouveau", "updated", "after")
_OLD = ("old", "prev", "previous", "current", "cur", "alt", "before", "last", "ancien")


@dataclass(frozen=True)
class TypedName:
    """A name as it stands on a line: its base, whose it is, and which of its values is meant.

    `when` is "" where nothing is said, "new", "old", "first" for v_0, or "time" with the step's letter and how many are
    added to it.
    """

    base: str
    owner: str = ""
    when: Literal["", "new", "old", "first", "time"] = ""
    letter: str = ""
    by: int = 0


def typed_on_keyboard(text: str) -> str:
    """A line with arrows, accents and small letters as they would be typed.

    Examples
    --------
    >>> typed_on_keyboard("m̂ₜ₊₁ ← mₜ/(1 − β₁ᵗ)")
    'm_hat_{t+1} := m_t/(1 − β_1^(t))'
    """
    text = _LEADING.sub("", text, count=1)
    if not _OF_SEVERAL.search(text):
        text = _COMMA.sub(r"\1.\2", text)
    text = _GRAD_OF.sub(lambda m: f"∇{m[1] or m[2]}", text)
    text = _ENTRYWISE.sub("·", _PREFIX.sub("", text))
    text = _SQUARE_FIRST.sub(r"\g<name>_\g<below>^2", text)
    text = _MEAN.sub(lambda m: "Eg" if "g" in m["of"].replace("sigma", "") else "Edelta", text)
    text = _TILDE.sub(lambda m: rf"\\mathrm{{{m[1] or m[2]}_tilde}}".replace("\\\\", "\\"), text)
    text = "".join(map(_unaccented, unicodedata.normalize("NFC", text)))
    for sign, name in _ACCENTS.items():
        text = text.replace(sign, name)
    text = re.sub(r"(_hat|_tilde|_bar)(['′’]+)", r"\1\2", text)
    text = _LOWERED_RUN.sub(lambda run: _below(run.group().translate(_LOWERED)), text)
    text = _RAISED_RUN.sub(lambda run: f"^({run.group().translate(_RAISED).strip('()')})", text)
    text = re.sub(r"<--?(?=\s)|[←⟵⇐≔]", ":=", text)
    return re.sub(r"(?<=\w)\s*<-(?=\s*[\w(\\])", " := ", text) if _is_arrow(text) else text


def without_components(texts: Sequence[str]) -> list[str]:
    """Lines of θ_j, any one parameter, as lines of θ.

    Examples
    --------
    >>> without_components(["θ_j := θ_j - α ∂J/∂θ_j"])
    ['θ := θ - α ∂J/∂θ']
    """
    together = "\n".join(texts)
    for text in texts:
        found = _COMPONENT.match(text)
        if found is None or written_name(found["name"].lstrip("\\")).base not in PARAMETER_NAMES:
            continue
        letter, name = found["letter"], re.escape(found["name"])
        below = rf"(?:_\{{{letter}\}}|_{letter}|(?<=[_{{\w]),\s*{letter}(?=\}}))(?![\w+\-])"
        behind = re.search(rf"{name}_\{{?{letter}\}}?(?![\w+\-])", text[found.end() :])
        counted = re.search(rf"_\{{?\(?{letter}\s*[+\-]\s*\d", together)
        if behind and not counted:
            return [re.sub(below, "", each) for each in texts]
    return list(texts)


def _is_arrow(text: str) -> bool:
    return bool(re.match(r"\s*[^\s=<>]+(?:\s*['′])?\s*<-", text)) and "=" not in text


def _below(run: str) -> str:
    return f"_{run}" if len(run) == 1 or run.isdigit() else f"_{{{run}}}"


def _unaccented(letter: str) -> str:
    """ŵ as w_hat; letters of words stay, é is no mark of a name."""
    plain = unicodedata.normalize("NFD", letter)
    return plain if len(plain) == 2 and plain[1] in _ACCENTS else letter


def written_name(text: str, owners: Iterable[str] = ()) -> TypedName:
    """A token's name, taken apart.

    Examples
    --------
    >>> written_name("v_{m,t+1}", ("m", "b"))
    TypedName(base='v', owner='m', when='time', letter='t', by=1)
    >>> written_name("beta_1").base, written_name("m_hat").base, written_name("θ_old").when
    ('beta1', 'm_hat', 'old')
    """
    owners, text = tuple(owners), text.replace("−", "-").replace("–", "-")
    if spelled(text) in owners:
        return TypedName(spelled(text))
    head, *below = _parts(text)
    found = TypedName(spelled(head))
    for number, part in enumerate(below):
        known = _marked(found, part, owners)
        if known is None:
            rest = re.sub("[()]", "", "_".join(below[number:]))
            return replace(found, base=_joined(found.base, spelled(rest)))
        found = known
    return replace(found, base=_joined(found.base, ""))


def _parts(text: str) -> list[str]:
    """The base, and what stands below it: θ, t+1."""
    text = _LOWERED_RUN.sub(lambda run: f"_{{{run.group().translate(_LOWERED)}}}", text)
    head, *rest = re.split(r"[_{},\s]+", text)
    return [head, *(part.strip() for part in rest if part.strip(" ()"))]


def _marked(found: TypedName, part: str, owners: tuple[str, ...]) -> TypedName | None:
    """The same with what one part below it says."""
    bare = part.strip("()")
    spelling = spelled(bare)
    if spelling in owners and not found.owner:
        return replace(found, owner=spelling)
    if bare in _NEW or bare in _OLD:
        return replace(found, when="new" if bare in _NEW else "old")
    time = _TIME.fullmatch(bare)
    if time:
        return replace(found, when="time", letter=time["letter"], by=int(time["by"] or 0))
    if bare == "0" and not found.when:
        return replace(found, when="first")
    if bare in ("hat", "tilde", "bar") or (bare.isdigit() and not found.when):
        return replace(found, base=f"{found.base}_{bare}")
    if bare in ("theta", "J", "w") and found.base in (*GRADIENT_NAMES, "d", "grad"):
        return found
    return None


def _joined(base: str, rest: str) -> str:
    """One spelling: beta_1 is beta1, mhat is m_hat."""
    base = f"{base}_{rest}" if rest else base
    match = _HATS.fullmatch(base)
    if match:
        mark = match["mark"]
        return f"{match['name']}_{'hat' if mark in ('corrected', 'corr', 'unbiased') else mark}"
    numbered = re.fullmatch(r"([^\W\d_]+)_?(\d+)", base)
    return f"{spelled(numbered[1])}{numbered[2]}" if numbered else base


def with_time_behind(
    tokens: Sequence[LineToken], at: int, name: TypedName, *, raised: bool, indexed: bool = True
) -> tuple[TypedName, int]:
    """A name with the primes and the step's number that stand behind it, θ', v^{(t)}, v(t+1), and where it ends.

    `indexed` says whether it may have a number of the step at all, `raised` whether v^t is no power.
    """
    while at < len(tokens):
        token = tokens[at]
        if token.kind == "prime" and name.when in ("", "new"):
            below = spelled(token.text.lstrip("'′’")).strip("_")
            name = replace(name, when="new", owner=below or name.owner)
            at += 1
            continue
        end, bare = _enclosed(tokens, at) if indexed else (at, "")
        time = _TIME.fullmatch(bare)
        if not time or name.when not in ("",) or not (raised or _is_index(tokens, at)):
            return name, at
        name = replace(name, when="time", letter=time["letter"], by=int(time["by"] or 0))
        at = end
    return name, at


def _is_index(tokens: Sequence[LineToken], at: int) -> bool:
    """Whether what stands above is in parentheses: v^{(t)} is no power."""
    return tokens[at].text == "^" and "(" in [token.text for token in tokens[at + 1 : at + 3]]


def _enclosed(tokens: Sequence[LineToken], at: int) -> tuple[int, str]:
    """What stands behind ^, or in parentheses, where it is t, t+1 and the like; and where that ends."""
    start = at
    at += tokens[at].text == "^"
    opened = []
    while at < len(tokens) and tokens[at].text in CLOSING:
        opened.append(tokens[at].text)
        at += 1
    if start == at or (at == start + 1 and not opened and tokens[start].text != "^"):
        return start, ""
    said = ""
    while at < len(tokens) and tokens[at].text not in CLOSING.values() and len(said) < 5:
        said += tokens[at].text.replace("−", "-")
        at += 1
        if not opened:
            break
    for sign in reversed(opened):
        if at >= len(tokens) or tokens[at].text != CLOSING[sign]:
            return start, ""
        at += 1
    return at, said
