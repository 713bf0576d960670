"""Recordings as telephone systems write them, made from a WAV by the ffmpeg program; and back again."""

import random
import subprocess
import tempfile

_QUIET = ["ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "error", "-y"]

# What ffmpeg is told for each; the container's name is the key's last part.
_HOW = {
    "gsm.wav": ["-ac", "1", "-ar", "8000", "-c:a", "libgsm_ms", "-f", "wav"],
    "float.wav": ["-c:a", "pcm_f32le", "-f", "wav"],
    "mp3": ["-c:a", "libmp3lame", "-b:a", "32k", "-f", "mp3"],
    "vbr.mp3": ["-c:a", "libmp3lame", "-q:a", "6", "-f", "mp3"],
    "opus.ogg": ["-c:a", "libopus", "-b:a", "32k", "-f", "ogg"],
    "dtx.ogg": ["-c:a", "libopus", "-b:a", "24k", "-dtx", "1", "-f", "ogg"],
    "opus.webm": ["-c:a", "libopus", "-b:a", "32k", "-f", "webm"],
    "m4a": ["-metadata", "creation_time=2026-11-01T08:00:00Z", "-c:a", "aac", "-b:a", "48k", "-f", "ipod"],
    "moov-first.m4a": ["-c:a", "aac", "-b:a", "48k", "-movflags", "+faststart", "-f", "ipod"],
    "flac": ["-c:a", "flac", "-f", "flac"],
    "l16": ["-c:a", "pcm_s16be", "-f", "s16be"],
}
NAMES = tuple(_HOW)


def make(name, wav_file):
    """The call of a WAV file (bytes) in another codec."""
    # To a file: an index at the start, or a count of frames, is written last. Only made-up calls are ever given.
    with tempfile.NamedTemporaryFile(suffix="." + name) as file:
        subprocess.run([*_QUIET, "-f", "wav", "-i", "pipe:0", "-map_metadata", "-1", *_HOW[name], file.name],
                       input=wav_file, check=True)
        return file.read()


def coded_tones(seconds):
    """A WAV of two parties in which each second has its own sound: 300 + 30 x (n mod 20) Hz left, 1200 + 60 x (n / 20 mod
    32) Hz right."""
    return sines(seconds, "300+30*mod(floor(t),20)", "1200+60*mod(floor(t/20),32)")


def sines(seconds, left, right, coding="pcm_s16le"):
    """A WAV of two parties that each hum; their frequencies are expressions of `t`, in seconds."""
    sound = f"aevalsrc='0.4*sin(2*PI*({left})*t)|0.4*sin(2*PI*({right})*t)':c=stereo:s=8000:d={seconds}"
    return subprocess.run([*_QUIET, "-f", "lavfi", "-i", sound, "-c:a", coding, "-bitexact", "-f", "wav", "pipe:1"],
                          stdout=subprocess.PIPE, check=True).stdout


def content_type(name, rate=8000, channels=2):
    """What a platform says it sends."""
    return f"audio/L16; rate={rate}; channels={channels}" if name == "l16" else "application/octet-stream"


def decode(file, rate=8000, channels=1):
    """Any file as 16-bit samples (bytes), mixed to so many channels."""
    # From a file: what has its index last cannot be read from a pipe.
    with tempfile.NamedTemporaryFile() as whole:
        whole.write(file)
        whole.flush()
        return subprocess.run([*_QUIET, "-i", whole.name, "-ac", str(channels), "-ar", str(rate), "-f", "s16le", "pipe:1"],
                              stdout=subprocess.PIPE, check=True).stdout


def amr(seconds, seed=1):
    """AMR-NB of 12.2 kbit/s that means nothing: there is no free encoder, but every bit pattern is a sound."""
    bits = random.Random(seed)
    return b"#!AMR\n" + b"".join(b"\x3c" + bits.randbytes(31) for _ in range(50 * seconds))
