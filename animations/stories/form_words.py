"""What films call a model: a line, a curve, or neither, and a function that is no model. Each sentence is whole.

A language may need another article, ending or pronoun for each, so that no sentence is made of a noun and the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from symgd.animations.stories.descent_story import Form
from symgd.writing.words import Message, message

ByForm: TypeAlias = Mapping[Form, Message]

# What a film about fitting asks.
QUESTION: ByForm = {
    "line": message("Which line fits best?"),
    "curve": message("Which curve fits best?"),
    "model": message("Which model fits best?"),
}
# The same, and how it is found.
HOW_TO_FIND: ByForm = {
    "line": message(
        "Which line fits these points best, and how is it found without trying them all?"
    ),
    "curve": message(
        "Which curve fits these points best, and how is it found without trying them all?"
    ),
    "model": message(
        "Which model fits these rows best, and how is it found without trying them all?"
    ),
}
# The same, of gradient descent.
BY_STEPS: ByForm = {
    "line": message("How does gradient descent find the best line?"),
    "curve": message("How does gradient descent find the best curve?"),
    "model": message("How does gradient descent find the best model?"),
    "function": message("How does gradient descent find the lowest place?"),
}
# The same, answered.
ANSWER: ByForm = {
    "line": message("The best line is the one of least cost: {least}"),
    "curve": message("The best curve is the one of least cost: {least}"),
    "model": message("The best model is the one of least cost: {least}"),
}
# The same where it is not known whether another costs less.
SO_FAR: ByForm = {
    "line": message("The best line that this descent came to: {least}"),
    "curve": message("The best curve that this descent came to: {least}"),
    "model": message("The best model that this descent came to: {least}"),
}
# What the first try is.
FIRST: ByForm = {
    "line": message("Here is a line, with the parameters {start}."),
    "curve": message("Here is a curve, with the parameters {start}."),
    "model": message("Here is a model, with the parameters {start}: each square predicts a row."),
}
# What one number is to say.
HOW_WRONG: ByForm = {
    "line": message("How wrong is this line? One number should say it."),
    "curve": message("How wrong is this curve? One number should say it."),
    "model": message("How wrong is this model? One number should say it."),
}
# What other parameters make.
ANOTHER: ByForm = {
    "line": message("Another line has other residuals, and another cost."),
    "curve": message("Another curve has other residuals, and another cost."),
    "model": message("Another model has other residuals, and another cost."),
}
# What the viewer can do then.
CAN: ByForm = {
    "line": message("You can now say of any line, with one number, how wrong it is."),
    "curve": message("You can now say of any curve, with one number, how wrong it is."),
    "model": message("You can now say of any model, with one number, how wrong it is."),
}
# What a point among the parameters is.
PLACE: ByForm = {
    "line": message("The line with {values} is one point here."),
    "curve": message("The curve with {values} is one point here."),
    "model": message("The model with {values} is one point here."),
    "function": message("The point here says {values}."),
}
# What is asked of all points.
WHERE: ByForm = {
    "line": message("Each point is another line. Where is the cost least?"),
    "curve": message("Each point is another curve. Where is the cost least?"),
    "model": message("Each point is another model. Where is the cost least?"),
    "function": message("Each point has its own cost. Where is it least?"),
}
# What a descent begins from.
START: ByForm = {
    "line": message(
        "{number} row of data, and the line that we start from: {start}.",
        "{number} rows of data, and the line that we start from: {start}.",
    ),
    "curve": message(
        "{number} row of data, and the curve that we start from: {start}.",
        "{number} rows of data, and the curve that we start from: {start}.",
    ),
    "model": message(
        "{number} row of data: each square is what the start predicts for one.",
        "{number} rows of data: each square is what the start predicts for one.",
    ),
    "function": message("We start from {start}."),
}
# What the dot on a curve of costs is.
ON_THE_CURVE: ByForm = {
    "line": message("The cost {cost} for every {name}: our line is one of its points."),
    "curve": message("The cost {cost} for every {name}: our curve is one of its points."),
    "model": message("The cost {cost} for every {name}: our model is one of its points."),
    "function": message("{cost} for every {name}: the dot is where we are."),
}
# What the point in a plane of parameters is.
IN_THE_PLANE: ByForm = {
    "line": message("The same line is one point here: its place says {names}."),
    "curve": message("The same curve is one point here: its place says {names}."),
    "model": message("The same model is one point here: its place says {names}."),
    "function": message("A place in this plane says {names}: the dot is where we are."),
}
# What a step does.
FOLLOWS: ByForm = {
    "line": message("The line follows its parameters."),
    "curve": message("The curve follows its parameters."),
    "model": message("The model follows its parameters."),
    "function": message("One step is made."),
}
