"""How the words of update rules stand round their arguments, by the styles of formulas: g·g, ‖g‖, A⁻¹b.

In ASCII they are called as they are typed. MathML and Typst take what stands here as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from symgd.registry.registry import FrozenMap
from symgd.terms.function import Holding


@dataclass(frozen=True)
class WordForm:
    """How a word is written in each style, and how tightly that holds together."""

    holding: Holding = "closed"
    forms: Mapping[str, str] = field(default_factory=FrozenMap)


def _forms(holding: Holding, unicode: str, latex: str, typst: str, mathml: str) -> WordForm:
    written = {
        "unicode": unicode,
        "latex": latex,
        "typst": typst,
        "mathml": f"<mrow>{mathml}</mrow>",
    }
    return WordForm(holding, FrozenMap(written))


_RAISED = "<msup><mrow>{{0}}</mrow><mrow>{}</mrow></msup>".format
_LOW = "<msub><mi>{}</mi><mrow>{{1}}</mrow></msub>".format
_COMMA = "<mo>,</mo><mspace width='0.5em'/>"

WORD_FORMS: Mapping[str, WordForm] = FrozenMap(
    {
        "dot": _forms(
            "product", "{0}·{1}", r"{0}^{{\top}} {1}", "{0}^(top) {1}",
            _RAISED("<mo>⊤</mo>") + "<mo>&#x2062;</mo>{1}",
        ),
        "product": _forms("product", "{0} {1}", "{0} {1}", "{0} {1}", "{0}<mo>&#x2062;</mo>{1}"),
        "outer": _forms(
            "product", "{0} {1}ᵀ", r"{0} {1}^{{\top}}", "{0} {1}^(top)",
            "{0}<mo>&#x2062;</mo><msup><mrow>{1}</mrow><mo>⊤</mo></msup>",
        ),
        "norm": _forms(
            "closed", "‖{0}‖", r"\left\|{0}\right\|", "norm({0})", "<mo>‖</mo>{0}<mo>‖</mo>"
        ),
        "solve": _forms(
            "product", "{0}⁻¹ {1}", "{0}^{{-1}} {1}", "{0}^(-1) {1}",
            _RAISED("<mo>−</mo><mn>1</mn>") + "<mo>&#x2062;</mo>{1}",
        ),
        "transpose": _forms(
            "raised", "{0}ᵀ", r"{0}^{{\top}}", "{0}^(top)", _RAISED("<mo>⊤</mo>")
        ),
        "argmin": _forms(
            "open", "argmin_{1} {0}", r"\operatorname*{{arg\,min}}_{{{1}}} {0}",
            'limits(op("arg min"))_({1}) {0}',
            "<munder><mi>argmin</mi><mrow>{1}</mrow></munder><mo>&#x2061;</mo>{0}",
        ),
        "first": _forms(
            "open", "{0}, {1} = min{{{1} ≥ 0: {2}}}",
            r"{0},\quad {1} = \min\left\{{{1} \ge 0 : {2}\right\}}",
            "{0}, quad {1} = min {{{1} >= 0 : {2}}}",
            f"{{0}}{_COMMA}{{1}}<mo>=</mo><mi>min</mi><mo>{{{{</mo>{{1}}<mo>≥</mo><mn>0</mn><mo>:</mo>{{2}}<mo>}}}}</mo>",
        ),
    }
)  # fmt: skip
