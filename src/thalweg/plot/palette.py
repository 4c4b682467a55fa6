"""Colours and shapes of the figures: one meaning has one colour in all of them.

The colours are Okabe and Ito's, which colour-blind readers tell apart. Groups come in an order that grey
prints tell apart too, by lightness; shapes and dashes repeat what a colour says.
"""

BLUE, ORANGE, GREEN, PURPLE = "#0072B2", "#E69F00", "#009E73", "#CC79A7"
SKY, VERMILION, YELLOW, BLACK = "#56B4E9", "#D55E00", "#F0E442", "#000000"

GROUPS = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION, YELLOW, BLACK)
GROUP_SHAPES = ("o", "^", "s", "D", "v", "P", "X", "*")

INK = "0.25"
"""What belongs to no group."""
MUTED = "0.7"
"""What is not to stand out."""
WHITE = "#FFFFFF"
"""Outlines and names over a filled plane."""

MINIMUM, TRANSITION_STATE, FOLD = BLUE, VERMILION, BLACK
POSITIVE_WEIGHT, NEGATIVE_WEIGHT = BLUE, VERMILION
NEGATIVE_CURVATURE = VERMILION
CONSERVING = VERMILION
"""Branches of minima that conserve a weight."""
GAINING, LOSING = VERMILION, BLUE
"""Of occupation, at a peak of the heat capacity."""

VALUES = "viridis"
"""Colour map of a value of each minimum."""
COUNTS = "viridis_r"
"""Colour map of lines on white of which the large values are to stand out."""
SURFACE = "cividis"
"""Colour map of what fills a plane."""
