"""Integers of any size as text: group orders overflow every integer column."""

_MOST_DECIMAL_DIGITS = 4000
"""Python refuses to convert integers of more than 4,300 decimal digits by default; 4,000 are safe."""


def integer_to_text(number: int) -> str:
    """Decimal digits; hexadecimal ones after `0x` for a number of more than 4,000 decimal digits."""
    return str(number) if abs(number) < 10**_MOST_DECIMAL_DIGITS else hex(number)


def integer_from_text(text: str) -> int:
    """What `integer_to_text` wrote."""
    return int(text, 16) if text.startswith("0x") else int(text)
