"""The set by Pillow, with the same parameters: naive (open and resize for each output) or draft (`thumbnail`, which uses JPEG's DCT scaling).

Prints one JSON line: CPU seconds of all files, peak resident KiB, bytes made. `--out DIR` keeps the files of the first picture, for the gate.
"""
import io
import json
import os
import resource
import sys

from PIL import Image, ImageOps

Image.MAX_IMAGE_PIXELS = None
LADDER = (2048, 1280, 640, 320, 160)
method, out, files = sys.argv[1], sys.argv[2], sys.argv[3:]


def sized(data, width):
    picture = Image.open(io.BytesIO(data))
    turned = picture.getexif().get(0x0112, 1) >= 5
    full = (picture.height, picture.width) if turned else picture.size
    scale = min(1, width / full[0])
    target = (max(1, round(full[0] * scale)), max(1, round(full[1] * scale)))
    box = target[::-1] if turned else target
    if method == "draft":
        picture.thumbnail(box, Image.Resampling.LANCZOS, reducing_gap=2.0)
    if picture.mode not in ("RGB", "RGBA"):
        picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    if picture.size != box:
        picture = picture.resize(box, Image.Resampling.LANCZOS)
    return ImageOps.exif_transpose(picture) if turned else picture


def encoded(picture, form, **how):
    into = io.BytesIO()
    if form == "JPEG" and picture.mode == "RGBA":
        white = Image.new("RGB", picture.size, "white")
        white.paste(picture, mask=picture.getchannel("A"))
        picture = white
    picture.save(into, form, **how)
    return into.getvalue()


made = 0
for index, path in enumerate(files):
    with open(path, "rb") as file:
        data = file.read()
    results = {f"{width}.webp": encoded(sized(data, width), "WEBP", quality=80, method=4) for width in LADDER}
    results["320.jpeg"] = encoded(sized(data, 320), "JPEG", quality=80)
    results["mezzanine"] = encoded(sized(data, 1600), "JPEG", quality=92, subsampling=0)
    made += sum(len(one) for one in results.values())
    if index == 0 and out != "-":
        for name, content in results.items():
            with open(os.path.join(out, name), "wb") as file:
                file.write(content)

used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"cpu": used.ru_utime + used.ru_stime, "rssKb": used.ru_maxrss, "bytes": made}))
