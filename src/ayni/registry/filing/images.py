"""Images made anew: decoded under limits, turned upright, brought to sRGB, and written without anything else.

Nothing of the file that came is kept but what one sees: no EXIF, no place, no thumbnail, no comment, and nothing
that hides behind or beside the picture.
"""

import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ayni.kernel.turns import Turns
from ayni.registry.filing.refusals import Refused

if TYPE_CHECKING:
    from PIL.Image import Image

# Pixels across -> bytes it shall not pass. The small one stands in the text on a phone.
FORMS = {480: 40_000, 960: 110_000, 1600: 250_000}
MEDIA_TYPE, ENDING = "image/webp", "webp"
# A JPEG is decoded at a fraction of its size, others whole: 25 million pixels are 100 MB while it lasts.
MOST_PIXELS = {"JPEG": 50_000_000, "MPO": 50_000_000}
MOST_PIXELS_ELSE = 25_000_000
_QUALITIES = (76, 56, 36, 16)
_LARGEST_PROFILE = 1_000_000
# Decoding takes memory and holds a thread: one at a time in one process, two wait.
turns = Turns(at_once=1, may_wait=2, patience=20)


@dataclass(frozen=True)
class Remade:
    """`forms`: width -> bytes, small to large. `width`, `height`: of the largest."""

    forms: dict[int, bytes]
    width: int
    height: int


def remake(path: Path) -> Remade:
    """Slow (a second or two) and memory-hungry: never inside a transaction. Raises Refused; Busy."""
    with turns.turn():
        picture = _decoded(path)
        forms: dict[int, bytes] = {}
        height = 0
        for across, limit in FORMS.items():
            shown = _fitted(picture, across)
            if shown.width in forms:  # the picture is smaller than that
                break
            shown, content = _encoded(shown, limit)
            if not forms or shown.width > max(forms):
                forms[shown.width], height = content, shown.height
        return Remade(forms, max(forms), height)


def _decoded(path: Path) -> "Image":
    """The first picture of the file, upright, in sRGB on white, with no information attached."""
    from PIL import Image, ImageFile, ImageOps

    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of damaged metadata, which is not kept anyway
            with Image.open(path, formats=["JPEG", "PNG", "WEBP", "GIF"]) as image:
                # Of the announced size, before a pixel is decoded.
                limit = MOST_PIXELS.get(image.format or "", MOST_PIXELS_ELSE)
                if image.width * image.height > limit:
                    raise Refused("too_many_pixels", limit=limit // 1_000_000)
                image.draft("RGB", (2 * max(FORMS), 2 * max(FORMS)))
                image.load()
                upright = ImageOps.exif_transpose(image)
                return _plain(upright, image.info.get("icc_profile"))
    except Image.DecompressionBombError as error:
        raise Refused("too_many_pixels", limit=MOST_PIXELS_ELSE // 1_000_000) from error
    except Refused:
        raise
    except MemoryError as error:
        raise Refused("too_many_pixels", limit=MOST_PIXELS_ELSE // 1_000_000) from error
    except OSError as error:
        if error.errno:  # the disk's, not the picture's
            raise
        raise Refused("broken_image") from error
    except Exception as error:  # decoders meet hostile bytes here, and raise whatever they stumble over
        raise Refused("broken_image") from error


def _plain(image: "Image", profile: bytes | None) -> "Image":
    from PIL import Image

    if image.mode.startswith("I"):  # 16 bits a pixel
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in {"P", "PA", "LA", "RGBA", "La", "RGBa"} and "transparency" not in image.info:
        image = image.convert("RGBA" if image.mode != "P" else "RGB")
    elif "transparency" in image.info:
        image = image.convert("RGBA")
    if image.mode == "RGBA":
        white = Image.new("RGB", image.size, "white")
        white.paste(image, mask=image.getchannel("A"))
        return white
    image = _in_srgb(image, profile)
    bare = Image.new("RGB", image.size)
    bare.paste(image.convert("RGB"))
    return bare


def _in_srgb(image: "Image", profile: bytes | None) -> "Image":
    if not profile or len(profile) > _LARGEST_PROFILE or image.mode not in {"RGB", "CMYK", "L"}:
        return image
    from PIL import ImageCms

    try:
        theirs = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted: Any = ImageCms.profileToProfile(
            image, theirs, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image  # a damaged profile: the colours as they are
    return converted or image


def _fitted(image: "Image", across: int) -> "Image":
    """At most `across` wide and twice as high; never larger than it is."""
    from PIL import Image

    scale = min(across / image.width, 2 * across / image.height, 1)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image if size == image.size else image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _encoded(image: "Image", limit: int) -> tuple["Image", bytes]:
    """The best quality that fits; a picture of pure noise is made smaller until it does."""
    qualities: tuple[int, ...] = _QUALITIES
    while True:
        for quality in qualities:
            buffer = io.BytesIO()
            image.save(buffer, "WEBP", quality=quality, method=4, exif=b"", icc_profile=b"", xmp=b"")
            if buffer.tell() <= limit:
                return image, buffer.getvalue()
        # A little smaller than what the weight asks for; and then at the lowest quality only: each try takes time.
        scale = min(0.75, 0.95 * (limit / buffer.tell()) ** 0.5)
        image = image.resize((max(1, int(image.width * scale)), max(1, int(image.height * scale))))
        qualities = _QUALITIES[-1:]
