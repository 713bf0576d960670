"""WAV files for tests: written, and decoded to 16-bit samples by code that shares nothing with transcode/wav."""

import array
import math
import struct
import sys

PCM, A_LAW, MU_LAW = 1, 6, 7


def alaw(byte):
    """One A-law byte as a 16-bit sample (ITU-T G.711)."""
    byte ^= 0x55
    exponent, mantissa = (byte >> 4) & 7, byte & 15
    value = (mantissa << 4) + 8 if exponent == 0 else ((mantissa << 4) + 0x108) << (exponent - 1)
    return value if byte & 0x80 else -value


def mulaw(byte):
    """One mu-law byte as a 16-bit sample (ITU-T G.711)."""
    byte = ~byte & 0xFF
    value = ((((byte & 15) << 3) + 0x84) << ((byte >> 4) & 7)) - 0x84
    return -value if byte & 0x80 else value


_DECODE = {A_LAW: [alaw(byte) for byte in range(256)], MU_LAW: [mulaw(byte) for byte in range(256)]}


def encode(samples, law):
    """16-bit samples as A-law or mu-law bytes: the nearest code."""
    codes = sorted((value, byte) for byte, value in enumerate(_DECODE[law]))
    nearest, at = [], 0
    for sample in range(-32768, 32768):
        while at + 1 < len(codes) and abs(codes[at + 1][0] - sample) <= abs(codes[at][0] - sample):
            at += 1
        nearest.append(codes[at][1])
    return bytes(nearest[sample + 32768] for sample in samples)


def chunks(data):
    """The chunks of a RIFF file: (id, body). Sizes past the end, or 0xFFFFFFFF, mean "to the end"."""
    at = 12
    while at + 8 <= len(data):
        name, size = data[at:at + 4], struct.unpack_from("<I", data, at + 4)[0]
        body = data[at + 8:at + 8 + size] if 0 < size < 0xFFFFFFFF or name != b"data" else data[at + 8:]
        yield name, body
        at += 8 + len(body) + (len(body) & 1)


def samples(data):
    """All samples of a WAV file as 16-bit values, interleaved (array of 'h'): PCM 16, A-law or mu-law."""
    found = dict(chunks(data))
    coding, _, _, _, _, bits = struct.unpack_from("<HHIIHH", found[b"fmt "])
    body = found[b"data"]
    if coding == PCM and bits == 16:
        out = array.array("h", body[:len(body) // 2 * 2])
        if sys.byteorder == "big":
            out.byteswap()
        return out
    return array.array("h", map(_DECODE[coding].__getitem__, body))


def make(body, *, coding=PCM, channels=1, rate=8000, bits=16, riff_size=None, data_size=None):
    """A WAV file around `body`; the sizes of its headers may be given (0, 0xFFFFFFFF, or a lie)."""
    block = channels * bits // 8
    fmt = struct.pack("<HHIIHH", coding, channels, rate, rate * block, block, bits)
    size = len(body) if data_size is None else data_size
    whole = 4 + 8 + len(fmt) + 8 + len(body) if riff_size is None else riff_size
    return (b"RIFF" + struct.pack("<I", whole) + b"WAVE" + b"fmt " + struct.pack("<I", len(fmt)) + fmt
            + b"data" + struct.pack("<I", size) + body)


def tone(seconds, *, rate=8000, channels=1, seed=0):
    """A voice-like test sound, 16-bit PCM; each seed sounds different."""
    out = array.array("h")
    base = 110 + 7 * (seed % 97)
    for at in range(int(seconds * rate)):
        t = at / rate
        level = 6000 * (0.6 + 0.4 * math.sin(2 * math.pi * 3.1 * t))
        value = level * (math.sin(2 * math.pi * base * t) + 0.5 * math.sin(2 * math.pi * (base * 2.01 + seed) * t + seed))
        out.extend([int(value / 1.6)] * channels)
    return out.tobytes()
