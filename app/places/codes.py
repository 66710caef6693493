"""Short codes on paper: random characters and a check character. Six in all for a building's poster, eight where strangers might guess.

The alphabet has no 0 O 1 I and no U (read as V). 31 symbols is a prime, so the weighted sum finds every single wrong
character and every swap of two.
"""

import re
import secrets

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTVWXYZ"
LENGTH = 6
LONG = 8


def check(body: str) -> str:
    return ALPHABET[sum(weight * ALPHABET.index(c) for weight, c in enumerate(body, 2)) % len(ALPHABET)]


def fresh(length: int = LENGTH) -> str:
    body = "".join(secrets.choice(ALPHABET) for _ in range(length - 1))
    return body + check(body)


def read(typed: str, length: int = LENGTH) -> str | None:
    """The code as stored, from what somebody typed or read out (case, spaces, dashes); None when it cannot be one."""
    code = re.sub(r"[\s\-—–·.]", "", typed).upper()
    if len(code) != length or any(c not in ALPHABET for c in code) or check(code[:-1]) != code[-1]:
        return None
    return code


def spoken(code: str) -> str:
    """In two groups, as one reads it out."""
    half = len(code) // 2
    return f"{code[:half]} {code[half:]}"
