"""Pictures and documents made for tests: honest ones, and ones that mean harm."""

import io
import random
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

from PIL import Image

WORD = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    "word/document.xml": "<document/>",
}
ODT = {
    "mimetype": "application/vnd.oasis.opendocument.text",
    "META-INF/manifest.xml": "<manifest/>",
    "content.xml": "<content/>",
}
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


def photo(width: int = 800, height: int = 600, *, seed: int = 1) -> Image.Image:
    """Coarse colours with a little grain, as a photo has; red above, blue below."""
    noise = random.Random(seed)
    small = Image.frombytes("RGB", (40, 30), noise.randbytes(3600))
    image = Image.new("RGB", (width, height), (200, 30, 30))
    image.paste((30, 30, 200), (0, height // 2, width, height))
    return Image.blend(image, small.resize((width, height), Image.Resampling.BICUBIC), 0.3)


def encoded(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def jpeg_with_place() -> bytes:
    """Taken with a named camera at a place, by somebody, lying on its side."""
    image = photo(800, 400)
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif[0x013B] = "Amina Secret"
    exif[0x0112] = 6  # turn right to see it upright
    exif.get_ifd(0x8825).update({1: "S", 2: (1.0, 17.0, 31.0), 3: "E", 4: (36.0, 49.0, 19.0)})
    return encoded(image, exif=exif, comment=b"SecretComment", xmp=b"<x:xmpmeta>SecretPacket</x:xmpmeta>")


def png_of_announced_size(width: int, height: int) -> bytes:
    """A few bytes that say they are a huge picture."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packed = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def package(parts: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return buffer.getvalue()


def pdf(extra: bytes) -> bytes:
    return PDF.replace(b"endobj", b"endobj\n2 0 obj\n<< " + extra + b" >>\nendobj", 1)


def pdf_with_packed(objects: bytes) -> bytes:
    """Objects in a packed stream, where a plain search does not see them."""
    packed = zlib.compress(objects)
    stream = b"2 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n" % len(
        packed
    )
    return PDF.replace(b"endobj", b"endobj\n" + stream + packed + b"\nendstream\nendobj", 1)


def written(folder: Path, content: bytes, name: str = "sent") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path
