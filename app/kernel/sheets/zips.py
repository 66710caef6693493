import io
import struct
import zipfile
import zlib

from app.kernel.sheets.shape import Unreadable

MAX_MEMBERS = 2_000
MAX_INFLATED = 96 * 2**20
MAX_RATIO = 100
RATIO_MATTERS_FROM = 8 * 2**20
LOCAL_HEADER = struct.Struct("<4s22xHH")


def check_zip(data: bytes) -> None:
    """Refuse what would inflate beyond measure, first by what the directory says, then by inflating, as it can lie."""
    try:
        members = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except Exception as broken:  # zipfile leaks struct, Unicode, overflow and value errors on damaged directories
        raise Unreadable("sheets.truncated") from broken
    if any(member.flag_bits & 0x1 for member in members):
        raise Unreadable("sheets.password")
    if len(members) > MAX_MEMBERS:
        raise Unreadable("sheets.zip_bomb")
    _weigh(sum(member.file_size for member in members), len(data))
    if not {"[Content_Types].xml", "mimetype"} & {member.filename for member in members}:
        raise Unreadable("sheets.not_a_sheet")
    total = 0
    for member in members:
        total += _inflated(data, member, MAX_INFLATED - total)
        _weigh(total, len(data))


def _weigh(inflated: int, packed: int) -> None:
    if inflated > RATIO_MATTERS_FROM and inflated > MAX_RATIO * packed:
        raise Unreadable("sheets.zip_bomb")
    if inflated > MAX_INFLATED:
        raise Unreadable("sheets.too_many_cells")


def _inflated(data: bytes, member: zipfile.ZipInfo, room: int) -> int:
    # zipfile itself stops at the size that the directory claims, so it cannot find the lie.
    head = data[member.header_offset : member.header_offset + LOCAL_HEADER.size]
    if len(head) < LOCAL_HEADER.size or not head.startswith(b"PK\x03\x04"):
        raise Unreadable("sheets.truncated")
    _, name, extra = LOCAL_HEADER.unpack(head)
    start = member.header_offset + LOCAL_HEADER.size + name + extra
    packed = memoryview(data)[start : start + member.compress_size]
    if len(packed) < member.compress_size:
        raise Unreadable("sheets.truncated")
    if member.compress_type == zipfile.ZIP_STORED:
        size, sum_ = len(packed), zlib.crc32(packed)
    elif member.compress_type == zipfile.ZIP_DEFLATED:
        size, sum_ = _inflate(packed, room)
    else:
        raise Unreadable("sheets.not_a_sheet")
    if sum_ != member.CRC:
        raise Unreadable("sheets.truncated")
    return size


def _inflate(packed: memoryview, room: int) -> tuple[int, int]:
    stream, size, sum_ = zlib.decompressobj(-15), 0, 0
    waiting: bytes | memoryview = packed
    try:
        while waiting and not stream.eof:
            piece = stream.decompress(waiting, 2**18)
            size, sum_, waiting = size + len(piece), zlib.crc32(piece, sum_), stream.unconsumed_tail
            if size > room:
                raise Unreadable("sheets.zip_bomb")
            if not piece and not waiting:
                break
    except zlib.error as broken:
        raise Unreadable("sheets.truncated") from broken
    if not stream.eof:
        piece = stream.flush()
        size, sum_ = size + len(piece), zlib.crc32(piece, sum_)
    return size, sum_
