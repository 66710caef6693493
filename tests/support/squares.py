"""Reads a drawn QR square of version 4-M (33 by 33, 43 to 62 bytes): enough to know what our own page drew, without a decoder."""

SIZE, DATA, BLOCKS = 33, 64, 2
MASKS = (
    lambda y, x: (y + x) % 2 == 0, lambda y, x: y % 2 == 0, lambda y, x: x % 3 == 0, lambda y, x: (y + x) % 3 == 0,
    lambda y, x: (y // 2 + x // 3) % 2 == 0, lambda y, x: y * x % 2 + y * x % 3 == 0, lambda y, x: (y * x % 2 + y * x % 3) % 2 == 0,
    lambda y, x: ((y + x) % 2 + y * x % 3) % 2 == 0,
)  # fmt: skip
FORMAT = 0b101010000010010  # what the format's bits are masked with


def _fixed(y: int, x: int) -> bool:
    """Finders with their margins and the format beside them, the two timing lines, the one alignment mark."""
    corner = (y <= 8 and x <= 8) or (y <= 8 and x >= SIZE - 8) or (y >= SIZE - 8 and x <= 8)
    return corner or 6 in (y, x) or (24 <= y <= 28 and 24 <= x <= 28)


def _mask(matrix: list[list[bool]]) -> int:
    bits = [matrix[8][x] for x in (0, 1, 2, 3, 4)]
    found = sum(bit << 14 - n for n, bit in enumerate(bits)) ^ FORMAT
    if found >> 13:
        raise ValueError("not of level M")
    return found >> 10 & 7


def _bits(matrix: list[list[bool]]) -> list[bool]:
    mask, found, up = MASKS[_mask(matrix)], [], True
    for right in (*range(SIZE - 1, 6, -2), 5, 3, 1):
        for y in range(SIZE - 1, -1, -1) if up else range(SIZE):
            found += [matrix[y][x] ^ mask(y, x) for x in (right, right - 1) if not _fixed(y, x)]
        up = not up
    return found


def read(matrix: list[list[bool]]) -> str:
    """The text in it. Raises ValueError for what is no square of this kind."""
    if len(matrix) != SIZE or any(len(row) != SIZE for row in matrix):
        raise ValueError(f"{len(matrix)} modules")
    bits = _bits(matrix)
    words = [sum(bit << 7 - n for n, bit in enumerate(bits[at : at + 8])) for at in range(0, DATA * 8, 8)]
    data = bytes(words[at] for block in range(BLOCKS) for at in range(block, DATA, BLOCKS))
    whole = int.from_bytes(data)
    if whole >> DATA * 8 - 4 != 4:
        raise ValueError("not in bytes")
    length = whole >> DATA * 8 - 12 & 255
    return (whole >> (DATA - length) * 8 - 12 & (1 << length * 8) - 1).to_bytes(length).decode()
