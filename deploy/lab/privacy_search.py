"""Looks for known voices and known texts in bytes where none may be: files, dumps, logs, answers.

A voice is found by any run of 71 bytes or more that it shares with the bytes searched (64-byte windows of the voice at
every offset, looked up at every eighth offset), as 16-bit PCM, A-law and mu-law, interleaved and each channel alone.
A text is found as UTF-8, UTF-16, hexadecimal and base64 at every alignment; a number also without its plus sign.
"""

import base64
import os
import pathlib

from lab import wav

WINDOW = 64
_STEP = 8
_DISTINCT = 12  # a window with fewer distinct bytes is silence or padding, which any file may hold


class Needles:
    """What to look for. Build once, search often."""

    def __init__(self, voices=(), texts=()):
        self._windows = set()
        self._texts = {}
        for voice in voices:
            self.add_voice(voice)
        for text in texts:
            self.add_text(text)

    def add_plain(self, data):
        """Bytes of sound as they lie in a file, without any header."""
        self._add(data)

    def add_voice(self, data):
        """A WAV file: as it is, and as the three codings, interleaved and by channel."""
        sound = wav.samples(data)
        channels = int.from_bytes(data[22:24], "little")
        tracks = [sound] + ([sound[one::channels] for one in range(channels)] if channels > 1 else [])
        for track in tracks:
            self._add(track.tobytes())
            self._add(wav.encode(track, wav.A_LAW))
            self._add(wav.encode(track, wav.MU_LAW))
        self._add(dict(wav.chunks(data))[b"data"])

    def add_text(self, text):
        """A name, a number, a reference."""
        forms = {text} | ({text[1:]} if text.startswith("+") else set())
        for form in forms:
            plain = form.encode()
            self._texts[plain] = text
            self._texts[form.encode("utf-16-le")] = text
            self._texts[plain.hex().encode()] = text
            for shift in range(3):
                coded = base64.b64encode(b"\0" * shift + plain)
                inner = coded[4 if shift else 0:len(coded) // 4 * 4 - 4]  # whole groups that hold nothing else
                if len(inner) >= 8:
                    self._texts[inner] = text
                    self._texts[inner.replace(b"+", b"-").replace(b"/", b"_")] = text

    def search(self, data):
        """What of it is in `data`: a list of words, empty when nothing."""
        found = sorted({f"text {text!r}" for needle, text in self._texts.items() if needle in data})
        windows = self._windows
        if windows:
            for at in range(0, len(data) - WINDOW + 1, _STEP):
                if hash(data[at:at + WINDOW]) in windows:
                    window = data[at:at + WINDOW]
                    if len(set(window)) >= _DISTINCT:
                        found.append(f"voice at byte {at}")
                        break
        return found

    def _add(self, data):
        for at in range(len(data) - WINDOW + 1):
            window = data[at:at + WINDOW]
            if len(set(window)) >= _DISTINCT:
                self._windows.add(hash(window))


def search_files(needles, folder, skip=()):
    """Pairs (path, what was found) over all regular files below `folder`; names of files are searched too."""
    found = []
    skipped = {pathlib.Path(path).resolve() for path in skip}
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if (pathlib.Path(parent) / name).resolve() not in skipped]
        for name in files:
            path = pathlib.Path(parent) / name
            if path.resolve() in skipped or path.is_symlink() or not path.is_file():
                continue
            hits = needles.search(os.fsencode(name))
            try:
                hits += needles.search(path.read_bytes())
            except FileNotFoundError:
                continue  # a log or a temporary file that went away meanwhile
            if hits:
                found.append((str(path), hits))
    return found
