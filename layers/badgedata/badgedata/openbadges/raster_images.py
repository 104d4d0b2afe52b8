"""Check external PNG, JPEG, GIF, and WebP images, and remove their metadata.

A PNG keeps its samples and the chunks that define its colors, so browsers render the same image. The samples are
converted only if the image must be rotated.
"""

import io
import re
import struct
import warnings
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from PIL import Image, UnidentifiedImageError

from badgedata.openbadges.image_kinds import KINDS, NAMES, raster_kind
from badgedata.openbadges.notices import Notice
from badgedata.openbadges.png import PNG_SIGNATURE, Chunk, encoded_chunk, png_chunks, png_size
from badgedata.openbadges.rejections import SourceRejectedError
from badgedata.openbadges.source_documents import MAX_IMAGE_BYTES

MAX_PIXELS: Final = 16 * 1024 * 1024
MAX_PROFILE_BYTES: Final = 1024 * 1024
COMPRESSION_LEVEL: Final = 9

# The chunks that are required to decode a PNG. Other chunks, such as text and animation, never reach the decoder, so
# they can't be decompression bombs.
SAMPLE_CHUNKS: Final = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
# The chunks that define the colors of the samples, and their lengths (PNG, third edition, section 11.3.2).
COLOR_CHUNK_BYTES: Final = {b"cICP": 4, b"sRGB": 1, b"gAMA": 4, b"cHRM": 32}
SAMPLES: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # the number of samples per pixel, by color type
# Adam7: first column and row, and the distance between columns and rows (PNG, section 8.1).
PASSES: Final = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
ORIENTATION: Final = 0x0112
# The transposition that turns an image upright, by Exif orientation.
TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

ANIMATED: Final = Notice("image-animated")
# A marker that ends a scan, unlike stuffed bytes and restart markers.
JPEG_MARKER: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
JPEG_END: Final = 0xD9
MAX_SCANS: Final = 64
"""The maximum number of scans in a JPEG. Decoding a scan processes all pixels, even if the scan is only a few bytes.
Progressive JPEGs usually have about ten scans.
"""

GIF_HEADER_BYTES: Final = 13
# GIF89a, sections 20, 23, 26, and 27: the end, an image, and the extensions for animation.
GIF_END: Final = 0x3B
GIF_IMAGE: Final = 0x2C
GIF_ANIMATION: Final = (b"!\xf9", b"!\xff\x0bNETSCAPE2.0")

# Comments, and all application segments except JFIF (0) and Adobe's color transform (14).
JPEG_METADATA: Final = frozenset({*range(0xE1, 0xEE), 0xEF, 0xFE})
# A WebP's chunks that hold the pixels, and the flags in its VP8X chunk (RFC 9649, sections 2.5 to 2.7).
WEBP_PIXELS: Final = frozenset({b"VP8 ", b"VP8L"})
WEBP_ANIMATION_FLAG: Final = 0b00_0010
WEBP_ALPHA_FLAG: Final = 0b01_0000
WEBP_PROFILE_FLAG: Final = 0b10_0000
WEBP_HEADER_BYTES: Final = 12
WEBP_FEATURES_BYTES: Final = 10


def clean_png(data: bytes, document: str) -> tuple[bytes, tuple[Notice, ...]]:
    """Remove the metadata and any animation from a PNG without changing the appearance of the still image.

    An image with an Exif orientation is rotated upright. A PNG with 16 bits per sample keeps its
    Exif orientation, because Pillow can't rotate such a PNG.

    Returns
    -------
    tuple
        The new PNG, and a notice if the original was animated.

    Raises
    ------
    SourceRejectedError
        - ``bad-image`` if the data isn't a complete PNG.
        - ``source-too-large`` if the PNG has more than 16,777,216 pixels.
    """
    chunks = list(png_chunks(data, document))
    header = chunks[0]
    _check_pixels(*png_size(header), document)
    colors = list(_color_chunks(chunks))
    samples = [chunk for chunk in chunks if chunk.type in SAMPLE_CHUNKS]
    decoded = _decoded(PNG_SIGNATURE + b"".join(encoded_chunk(*chunk) for chunk in samples), "PNG", document)
    notices = (ANIMATED,) if any(chunk.type == b"acTL" for chunk in chunks) else ()
    orientation = _orientation(chunks)
    if orientation != 1 and header.data[8] <= 8:
        return _with_colors(_written(_turned(_upright_samples(decoded, header), orientation)), colors), notices
    if orientation != 1:  # Pillow can't rotate 16-bit colors, so the viewer must
        colors.append(Chunk(b"eXIf", _exif(orientation)))
    packed = _repacked(samples, header, document)
    before = [chunk for chunk in samples if chunk.type in (b"PLTE", b"tRNS")]
    whole = [header, *colors, *before, Chunk(b"IDAT", packed), Chunk(b"IEND", b"")]
    return PNG_SIGNATURE + b"".join(encoded_chunk(*chunk) for chunk in whole), notices


def check_raster(data: bytes, document: str) -> None:
    """Check that a PNG, JPEG, GIF, or WebP is complete and has at most 16,777,216 pixels.

    Raises
    ------
    SourceRejectedError
        - ``bad-image`` if the image is incomplete or in another format.
        - ``source-too-large`` if the image has too many pixels.
    """
    kind = raster_kind(data)
    if kind is None:
        raise SourceRejectedError(
            "bad-image", document, "expected a PNG, JPEG, GIF, or WebP image, found another format"
        )
    if kind == "PNG":
        chunks = list(png_chunks(data, document))
        _check_pixels(*png_size(chunks[0]), document)
        data = PNG_SIGNATURE + b"".join(encoded_chunk(*chunk) for chunk in chunks if chunk.type in SAMPLE_CHUNKS)
    _decoded(data, kind, document)


def to_png(data: bytes, kind: str, document: str) -> tuple[bytes, tuple[Notice, ...]]:
    """Convert a JPEG, GIF, or WebP to a PNG of at most 4 MiB.

    Returns
    -------
    tuple
        The PNG, and notices if the original was animated or was scaled down.

    Raises
    ------
    SourceRejectedError
        - ``bad-image`` if the image can't be decoded.
        - ``source-too-large`` if the image has more than 16,777,216 pixels.
    """
    notices = []
    image = _decoded(data, kind, document)
    if getattr(image, "is_animated", False):
        notices.append(ANIMATED)
    profile = image.info.get("icc_profile") if image.mode in ("RGB", "RGBA", "L") else None
    if kind == "JPEG":  # browsers don't rotate a WebP
        image = _turned(image, _orientation_in(image.getexif))
    if image.mode not in ("L", "LA", "RGB", "RGBA"):
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    colors = [Chunk(b"iCCP", _packed_profile(profile))] if profile and _is_profile(profile) else []
    content = _with_colors(_written(image), colors)
    width, height = image.size
    while len(content) > MAX_IMAGE_BYTES:
        image = image.resize((max(1, image.width * 3 // 4), max(1, image.height * 3 // 4)), Image.Resampling.LANCZOS)
        content = _with_colors(_written(image), colors)
    if image.size != (width, height):
        notices.append(Notice("image-scaled", (width, height, *image.size)))
    return content, tuple(notices)


def without_metadata(data: bytes, document: str) -> tuple[bytes, str, int, tuple[Notice, ...]]:
    """Remove the metadata and any animation from an image in an SVG, without changing the still image's appearance.

    PNG, JPEG, and most still WebP images keep their format. All other images are converted to PNG.

    Returns
    -------
    tuple
        The new image's bytes and content type, the number of pixels in the original, and notices if the original was
        animated or was scaled down.

    Raises
    ------
    SourceRejectedError
        - ``bad-image`` if the data can't be decoded as an image.
        - ``source-too-large`` if the image has more than 16,777,216 pixels.
    """
    kind = raster_kind(data)
    if kind is None:
        raise SourceRejectedError(
            "bad-image", document, "expected a PNG, JPEG, GIF, or WebP image, found another format"
        )
    if kind == "PNG":
        content, notices = _bare_png(data, document)
        width, height = png_size(next(png_chunks(data, document)))
        return content, KINDS["PNG"], width * height, notices
    image = _decoded(data, kind, document)
    pixels = image.width * image.height
    if kind == "JPEG":
        return b"".join(_bare_jpeg(data, _orientation_in(image.getexif))), KINDS[kind], pixels, ()
    # A GIF is converted to a PNG, which looks the same and contains no metadata.
    if kind == "WEBP" and not getattr(image, "is_animated", False) and (bare := _bare_webp(data)) is not None:
        return bare, KINDS[kind], pixels, ()
    content, notices = to_png(data, kind, document)
    return content, KINDS["PNG"], pixels, notices


def has_metadata(data: bytes) -> bool:
    """Return whether a complete JPEG, GIF, or WebP may contain metadata, such as Exif data or comments.

    Color profiles don't count as metadata. Unknown parts do, and so do bytes after the end of the image.
    """
    match raster_kind(data):
        case "JPEG":
            return b"".join(_bare_jpeg(data, 1)) != data
        case "GIF":
            return len(data) < GIF_HEADER_BYTES or _has_gif_extensions(data)
        case "WEBP":
            return _bare_webp(data) != data
    return True


def _has_gif_extensions(data: bytes) -> bool:
    """Return whether a GIF contains more than images and animation settings (GIF89a, sections 18 to 27)."""

    def colors(flags: int) -> int:
        return 3 << (flags & 7) + 1 if flags & 0x80 else 0

    position = GIF_HEADER_BYTES + colors(data[10])
    while position < len(data) and data[position] != GIF_END:
        if data[position] == GIF_IMAGE and position + 9 < len(data):
            position += 11 + colors(data[position + 9])
        elif data.startswith(GIF_ANIMATION, position):
            position += 2
        else:
            return True
        while position < len(data) and (size := data[position]):
            position += 1 + size
        position += 1
    return position != len(data) - 1


def _bare_png(data: bytes, document: str) -> tuple[bytes, tuple[Notice, ...]]:
    """Clean a PNG if it contains any chunks that aren't required for decoding."""
    chunks = list(png_chunks(data, document))
    _check_pixels(*png_size(chunks[0]), document)
    if any(chunk.type not in SAMPLE_CHUNKS for chunk in chunks):
        return clean_png(data, document)
    _decoded(data, "PNG", document)
    return PNG_SIGNATURE + b"".join(encoded_chunk(*chunk) for chunk in chunks), ()


def _bare_jpeg(data: bytes, orientation: int) -> Iterator[bytes]:
    """Yield the parts of a JPEG (ITU-T T.81, annex B) without metadata, except for the orientation and color profile.

    Bytes after the end of the image are omitted, because phones store additional images with their own metadata there.
    """
    position = 2
    yield data[:2]
    if orientation in range(2, 9):
        exif = b"Exif\0\0" + _exif(orientation)
        yield b"\xff\xe1" + (len(exif) + 2).to_bytes(2) + exif
    while (marker := JPEG_MARKER.search(data, position)) is not None:
        yield data[position : marker.start()]  # scan data
        kind = data[marker.start() + 1]
        if kind == JPEG_END:
            yield marker[0]
            return
        position = marker.end() + int.from_bytes(data[marker.end() : marker.end() + 2])
        segment = data[marker.start() : position]
        is_profile = kind == 0xE2 and segment[4:].startswith(b"ICC_PROFILE\0")
        if is_profile or kind not in JPEG_METADATA:
            yield segment
    yield data[position:]


def _bare_webp(data: bytes) -> bytes | None:
    """Return a still WebP without metadata, or None if the WebP is animated or has an unexpected structure."""
    chunks: dict[bytes, bytes] = {}
    for kind, content in _webp_chunks(data):
        if kind in chunks:
            return None
        chunks[kind] = content
        if kind in WEBP_PIXELS:
            break  # only metadata follows
    else:
        return None
    pixels = kind, content
    features = chunks.get(b"VP8X")
    if features is None:
        return _webp([pixels]) if len(chunks) == 1 else None
    if len(features) != WEBP_FEATURES_BYTES or features[0] & WEBP_ANIMATION_FLAG:
        return None
    flags = features[0] & (WEBP_ALPHA_FLAG | WEBP_PROFILE_FLAG)
    if not _is_profile(chunks.get(b"ICCP", b"")):
        flags &= ~WEBP_PROFILE_FLAG
    written = [(b"VP8X", bytes([flags, 0, 0, 0]) + features[4:])]
    if flags & WEBP_PROFILE_FLAG:
        written.append((b"ICCP", chunks[b"ICCP"]))
    if kind == b"VP8 " and b"ALPH" in chunks:
        written.append((b"ALPH", chunks[b"ALPH"]))
    return _webp([*written, pixels])


def _webp_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the code and data of each complete chunk in a WebP."""
    position = WEBP_HEADER_BYTES
    while position + 8 <= len(data):
        size = int.from_bytes(data[position + 4 : position + 8], "little")
        content = data[position + 8 : position + 8 + size]
        if len(content) < size:
            return
        yield data[position : position + 4], content
        position += 8 + size + size % 2


def _webp(chunks: Iterable[tuple[bytes, bytes]]) -> bytes:
    body = b"WEBP" + b"".join(
        kind + len(content).to_bytes(4, "little") + content + bytes(len(content) % 2) for kind, content in chunks
    )
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _check_pixels(width: int, height: int, document: str) -> None:
    # Checked before any pixel is decoded, so a decompression bomb costs nothing.
    if width * height > MAX_PIXELS:
        raise SourceRejectedError(
            "source-too-large", document, f"the maximum is {MAX_PIXELS:,} pixels; the image is {width} x {height}"
        )


def _decoded(data: bytes, kind: str, document: str) -> Image.Image:
    if kind == "JPEG" and data.count(b"\xff\xda") > MAX_SCANS:
        raise SourceRejectedError("bad-image", document, f"the JPEG has more than {MAX_SCANS} scans")
    try:
        image = Image.open(io.BytesIO(data), formats=[kind])
        _check_pixels(*image.size, document)
        image.load()
    except UnidentifiedImageError as error:
        raise SourceRejectedError(
            "bad-image", document, f"expected an image, found {NAMES[kind]} that can't be decoded"
        ) from error
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, EOFError, struct.error) as error:
        raise SourceRejectedError(
            "bad-image", document, f"the {NAMES[kind][2:]} can't be decoded: its pixel data is corrupt or truncated"
        ) from error
    return image


def _color_chunks(chunks: Sequence[Chunk]) -> Iterator[Chunk]:
    """Yield the valid color chunks that precede the palette and the samples."""
    seen = set()
    for chunk in chunks:
        if chunk.type in (b"PLTE", b"IDAT"):
            return
        if chunk.type in seen:
            continue
        if len(chunk.data) == COLOR_CHUNK_BYTES.get(chunk.type):
            yield chunk
        elif chunk.type == b"iCCP" and (profile := _profile(chunk.data)) is not None:
            yield Chunk(b"iCCP", _packed_profile(profile))
        else:
            continue
        seen.add(chunk.type)


def _profile(data: bytes) -> bytes | None:
    """Return the ICC profile in an iCCP chunk, or None if it is corrupt or larger than 1 MiB."""
    _name, _, rest = data.partition(b"\0")
    inflating = zlib.decompressobj()
    try:
        profile = inflating.decompress(rest[1:], MAX_PROFILE_BYTES)
    except zlib.error:
        return None
    return profile if inflating.eof and _is_profile(profile) else None


def _is_profile(profile: bytes) -> bool:
    """Return whether the bytes are an ICC profile (ICC.1, section 7.2)."""
    size = len(profile)
    return 128 < size <= MAX_PROFILE_BYTES and int.from_bytes(profile[:4]) == size and profile[36:40] == b"acsp"


def _packed_profile(profile: bytes) -> bytes:
    return b"ICC\0\0" + zlib.compress(profile, COMPRESSION_LEVEL)


def _repacked(samples: Sequence[Chunk], header: Chunk, document: str) -> bytes:
    """Recompress the samples, and omit any data that is hidden after them."""
    size = _scanline_bytes(header)
    inflating, pieces, left = zlib.decompressobj(), [], size
    for chunk in samples:
        if chunk.type == b"IDAT" and left:
            piece = inflating.decompress(chunk.data, left)
            pieces.append(piece)
            left -= len(piece)
    if left:
        raise SourceRejectedError("bad-image", document, "the PNG can't be decoded: its pixel data is incomplete")
    return zlib.compress(b"".join(pieces), COMPRESSION_LEVEL)


def _scanline_bytes(header: Chunk) -> int:
    """Return the total size of the scanlines in bytes, including filter bytes (PNG, sections 7.2 and 8)."""
    width, height = png_size(header)
    depth, color_type, _, _, interlace = header.data[8:13]
    passes = PASSES if interlace else ((0, 0, 1, 1),)
    size = 0
    for column, row, columns, rows in passes:
        pass_width, pass_height = -(-(width - column) // columns), -(-(height - row) // rows)
        if pass_width > 0 and pass_height > 0:
            size += pass_height * (1 + -(-pass_width * depth * SAMPLES[color_type] // 8))
    return size


def _orientation(chunks: Sequence[Chunk]) -> int:
    found = next((chunk.data for chunk in chunks if chunk.type == b"eXIf"), None)
    if found is None:
        return 1

    def load() -> Image.Exif:
        exif = Image.Exif()
        exif.load(found)
        return exif

    return _orientation_in(load)


def _orientation_in(load: Callable[[], Image.Exif]) -> int:
    try:
        with warnings.catch_warnings(action="ignore"):  # about corrupt Exif data, which is omitted anyway
            orientation = load().get(ORIENTATION, 1)
    except (OSError, SyntaxError, ValueError, struct.error, KeyError, TypeError, IndexError):
        return 1
    return orientation if isinstance(orientation, int) and 1 <= orientation <= 8 else 1


def _exif(orientation: int) -> bytes:
    """Return Exif data with only the orientation: a big-endian header and one entry."""
    return struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, ORIENTATION, 3, 1, orientation, 0, 0)


def _upright_samples(image: Image.Image, header: Chunk) -> Image.Image:
    """Prepare a PNG for rotation: convert it to 8 bits per sample, with an alpha channel if it has transparency."""
    depth, color_type = header.data[8], header.data[9]
    transparent = image.info.get("transparency")
    if color_type == 0:
        gray = image.convert("L")
        if transparent is None:
            return gray
        # The chunk uses the image's own bit depth, but the decoded image uses 8 bits.
        level = (transparent & (2**depth - 1)) * 255 // (2**depth - 1)
        alpha = gray.point([0 if value == level else 255 for value in range(256)])
        return Image.merge("LA", (gray, alpha))
    if image.mode in ("RGBA", "LA"):
        return image
    return image.convert("RGBA" if transparent is not None else "RGB")


def _turned(image: Image.Image, orientation: int) -> Image.Image:
    method = TURNS.get(orientation)
    return image if method is None else image.transpose(method)


def _written(image: Image.Image) -> bytes:
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    written = io.BytesIO()
    bare.save(written, format="PNG")
    return written.getvalue()


def _with_colors(png: bytes, colors: Sequence[Chunk]) -> bytes:
    end = len(PNG_SIGNATURE) + 12 + 13  # the end of the IHDR chunk
    return png[:end] + b"".join(encoded_chunk(*chunk) for chunk in colors) + png[end:]
