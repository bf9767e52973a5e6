"""The laws by which sums over the examples become matrices, in the order in which they are used."""

from __future__ import annotations

from symgd.writing.steps import Law

DEFINITION = Law("definition", "eᵢ with what it stands for", "{f} stands for {g}")
LOGITS = Law(
    "cross-entropy in logits",
    "−t ln σ(z) − (1 − t) ln(1 − σ(z)) = ln(1 + eᶻ) − t z",
    "both logarithms of the sigmoid are written with one softplus",
)
ROW = Law(
    "row times vector",
    "Σⱼ xᵢⱼ wⱼ = (X w)ᵢ",
    "one row of {X} times {w} is the prediction for that example",
)
EACH_ENTRY = Law(
    "entry by entry", "f(uᵢ) = (f(u))ᵢ", "a function of each entry makes a vector again"
)
DIFFERENCE = Law(
    "entries of a sum",
    "uᵢ ± vᵢ = (u ± v)ᵢ",
    "vectors are added and subtracted entry by entry",
)
TERM_BY_TERM = Law("sum term by term", "Σ (aᵢ ± bᵢ) = Σ aᵢ ± Σ bᵢ", "the sum is taken of each term")
COLUMN = Law(
    "column times vector",
    "Σᵢ xᵢₖ eᵢ = (Xᵀ e)ₖ",
    "a column of {X} times a vector is one entry of the transpose of {X} times that vector",
)
SQUARES = Law(
    "sum of squares", "Σ uᵢ² = uᵀu", "a row times the same column is the sum of the squares"
)
NORM = Law("squared norm", "uᵀu = ‖u‖²", "that is the square of the vector's length")
WEIGHTED_SQUARES = Law(
    "sum of weighted squares",
    "Σ wᵢ uᵢ² = uᵀ W u",
    "{W} has the weights on its diagonal and multiplies each entry by its own",
)
WEIGHED = Law(
    "weight times entry", "wᵢ uᵢ = (W u)ᵢ", "{W} multiplies each entry by the weight of its row"
)
PRODUCTS = Law(
    "sum of products", "Σ aᵢ bᵢ = aᵀb", "the sum of the products of entries is a row times a column"
)
ENTRIES = Law("sum of entries", "Σ uᵢ = 𝟏ᵀu", "a row of ones times a column adds its entries")
ENTRY_OF = Law("entry of a vector", "eᵢ = (e)ᵢ", "the residuals are the entries of the vector {e}")
PARAMETER = Law("entry of w", "wₖ = (w)ₖ", "the parameters are the entries of {e}")
STACKED = Law(
    "stacked",
    "(c v₁, …, c v_p)ᵀ = c v",
    "the entries stand one above the other: together they are the vector",
)
