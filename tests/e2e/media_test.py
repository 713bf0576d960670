#!/usr/bin/env python3
"""Calls of every codec become playable: what was said is what is heard, at its own time, and nothing of it lies around."""

import array
import contextlib
import json
import os
import pathlib
import signal
import struct
import subprocess
import time

from support import LabTest, main
from lab import calls, codecs, smoke, wav
from lab.lab import wait_until
from repeats_test import erase

VOICE = calls.known_voices()["two-party-call-27s.wav"]


def loudness(samples, rate=8000, window=0.05):
    """RMS of each window."""
    size = int(rate * window)
    return [(sum(value * value for value in samples[at:at + size]) / size) ** 0.5 for at in range(0, len(samples) - size, size)]


def lag(heard, said, start=24_000, size=6000, reach=60):
    """By how many samples `heard` is late, found where it correlates best."""
    part = said[start:start + size]
    return max(range(-reach, reach + 1), key=lambda late: sum(a * b for a, b in zip(part, heard[start + late:start + late + size])))


def samples_of(raw):
    out = array.array("h")
    out.frombytes(raw)
    return out


class MediaTest(LabTest):
    def setUp(self):
        self.listener = self.lab.person("alice", ["qa"])
        self.said = calls.metadata()

    def push(self, audio, name="", **said):
        headers = {"Content-Type": codecs.content_type(name)}
        return self.pushed(calls.metadata(**said), audio, headers=headers)["id"]

    def facts(self, recording):
        return self.expect(self.listener.get(f"/v1/recordings/{recording}?purpose=quality"), 200).json()

    def prepared(self, recording, seconds=60):
        """The facts once nobody works on it any more."""
        def done():
            facts = self.facts(recording)
            return facts if "sound" in facts or facts.get("unplayable_reason", "preparing") != "preparing" else None
        return wait_until("the media worker", done, seconds)

    def open(self, recording):
        play = self.play(self.listener, recording)
        self.addCleanup(self.listener.request, "DELETE", f"/v1/plays/{play['id']}")
        return play

    def close(self, play):
        self.expect(self.listener.request("DELETE", f"/v1/plays/{play['id']}"), 204)

    def jobs(self, kind="prepare"):
        return int(self.lab.cluster.sql(f"select count(*) from job where kind = '{kind}'")[0][0])

    def damage(self, recording, rendition):
        """Turns a bit of a stored rendition round."""
        file = self.object_of(recording, rendition)
        sealed = bytearray(file.read_bytes())
        sealed[-20] ^= 1
        file.chmod(0o600)
        file.write_bytes(sealed)

    def alarms(self):
        return sum(int(line.split()[1]) for line in self.lab.metrics().splitlines()
                   if line.startswith("callvault_corrupt_objects_total "))


class Media(MediaTest):
    # -- every codec --------------------------------------------------------------------------------------------------

    def test_each_codec_is_heard_as_it_was_said_at_its_own_time(self):
        said = samples_of(codecs.decode(VOICE))
        files = {name: codecs.make(name, VOICE) for name in codecs.NAMES}
        recordings = {name: self.push(file, name) for name, file in files.items()}
        for name, recording in recordings.items():
            with self.subTest(name):
                facts = self.prepared(recording)
                self.assertEqual(facts["state"], "playable", facts)
                self.assertAlmostEqual(facts["duration_ms"], 27_003, delta=80)
                play = self.play(self.listener, recording)
                self.assertTrue(play["media"].endswith(".m4a"))
                answer = self.expect(self.listener.get(play["media"]), 200)
                self.assertEqual(answer.headers["content-type"], "audio/mp4")
                self.assertLess(answer.body.find(b"moov"), answer.body.find(b"mdat"))
                heard = samples_of(codecs.decode(answer.body))
                self.assertAlmostEqual(len(heard) / 8000, 27.0, delta=0.15)
                self.assertLessEqual(abs(lag(heard, said)), 8, "a thousandth of a second")
                loud = [(a, b) for a, b in zip(loudness(heard), loudness(said))]
                wrong = [at for at, (a, b) in enumerate(loud) if (a > 600 and b < 60) or (b > 600 and a < 60)]
                self.assertEqual(wrong, [], "sound where none was, or none where some was")
                self.check_outline(play, facts, said)
                self.close(play)

    def check_outline(self, play, facts, said):
        peaks = self.expect(self.listener.get(play["peaks"]), 200).body
        version, flags, rate, per_point, points, channels = struct.unpack_from("<iIiiIi", peaks)
        self.assertEqual((version, flags, channels), (2, 1, len(facts["sound"]["channels"])))
        self.assertEqual(rate, facts["sound"]["rate_hz"])
        self.assertEqual(len(peaks), 24 + points * channels * 2)
        self.assertAlmostEqual(points * per_point / rate, 27.0, delta=0.15)
        values = array.array("b", peaks[24:])
        loud = loudness(said)
        for at in range(10, 530):
            here = values[at * channels * 2:(at + 1) * channels * 2]
            if loud[at] > 1500:
                self.assertTrue(any(abs(value) >= 4 for value in here), f"point {at} draws nothing of what was said")
        silence = self.expect(self.listener.get(play["silence"]), 200).json()["silence"]
        self.assertTrue(any(start < 23_000 < end for start, end in silence), silence)  # nobody speaks at the end
        self.assertFalse(any(start < 5_000 < end for start, end in silence), silence)

    def test_amr_is_heard_as_every_decoder_hears_it(self):
        file = codecs.amr(6)
        recording = self.push(file, channels=["mixed"])
        facts = self.prepared(recording)
        self.assertEqual((facts["state"], facts["sound"]["coding"], facts["duration_ms"]), ("playable", "amr_nb", 6000))
        heard, expected = (samples_of(codecs.decode(sound)) for sound in
                           (smoke.fetch_all(self.listener, recording), file))
        self.assertAlmostEqual(len(heard), len(expected), delta=1200)
        for a, b in list(zip(loudness(heard), loudness(expected)))[2:110]:
            self.assertLess(abs(a - b), 0.5 * b + 200)

    def test_a_wav_plays_at_once_and_is_measured_soon(self):
        recording = self.push(VOICE)
        play = self.open(recording)
        self.assertTrue(play["media"].endswith(".wav"))
        self.close(play)
        facts = self.prepared(recording)
        self.assertEqual(facts["sound"]["coding"], "pcm")
        play = self.open(recording)
        self.check_outline(play, facts, samples_of(codecs.decode(VOICE)))
        self.close(play)
        self.assertEqual(wav.samples(smoke.fetch_all(self.listener, recording)), wav.samples(VOICE))

    def test_channel_facts(self):
        loud = array.array("h", [32767 if at % 2 else -32768 for at in range(16_000)])
        silent = array.array("h", [0] * 16_000)
        both = array.array("h", [value for pair in zip(loud, silent) for value in pair])
        facts = self.prepared(self.push(wav.make(both.tobytes(), channels=2)))
        self.assertEqual(facts["sound"]["channels"][0], {"silent": False, "clipped": 16_000, "level_db": 0})
        self.assertEqual(facts["sound"]["channels"][1], {"silent": True, "clipped": 0})
        self.assertFalse(facts["sound"]["equal_channels"])
        same = array.array("h", [value for value in wav.samples(wav.make(wav.tone(1))) for _ in (0, 1)])
        self.assertTrue(self.prepared(self.push(wav.make(same.tobytes(), channels=2)))["sound"]["equal_channels"])

    def test_a_rendition_is_sought_in_exactly(self):
        recording = self.push(codecs.make("mp3", VOICE))
        self.prepared(recording)
        play = self.open(recording)
        whole = self.expect(self.listener.get(play["media"]), 200).body
        for first, last in ((0, 1), (0, 43), (44, 44), (70_000, 90_000), (len(whole) - 5, len(whole) - 1), (65_530, 65_545)):
            answer = self.expect(self.listener.get(play["media"], {"Range": f"bytes={first}-{last}"}), 206)
            self.assertEqual(answer.headers["content-range"], f"bytes {first}-{last}/{len(whole)}")
            self.assertEqual(answer.body, whole[first:last + 1])
        self.expect(self.listener.get(play["media"], {"Range": f"bytes={len(whole)}-"}), 416)
        self.close(play)
        for path in ("media", "peaks", "silence"):
            self.expect(self.listener.get(play[path]), 410)
        close = self.lab.cluster.sql(f"select served_bytes from play where id = '{play['id']}'")[0][0]
        self.assertEqual(int(close), len(whole))

    def test_the_outline_is_for_who_has_the_play(self):
        recording = self.push(VOICE)
        self.prepared(recording)
        play = self.open(recording)
        for other in (self.lab.person("wouter", ["qa"]), self.lab.person("olivia", ["privacy_officer"])):
            for path in ("media", "peaks", "silence"):
                self.expect(other.get(play[path]), 404)
        self.close(play)

    # -- files that are none ------------------------------------------------------------------------------------------

    def test_files_that_lie(self):
        voice = wav.make(wav.tone(3, seed=11))
        mp3, m4a, flac = (codecs.make(name, voice) for name in ("mp3", "m4a", "flac"))
        long_header = bytearray(m4a)
        at = m4a.find(b"mdhd")
        struct.pack_into(">I", long_header, at + 20, 3600 * struct.unpack_from(">I", m4a, at + 16)[0])
        nested = b"".join(struct.pack(">I", 8 + 8 * (5000 - level)) + b"udta" for level in range(5000))
        deep = m4a[:struct.unpack_from(">I", m4a)[0]] + struct.pack(">I", 8 + len(nested)) + b"moov" + nested
        cyclic = bytearray(b"\x1a\x45\xdf\xa3\x9f" + bytes(31) + b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff")
        cyclic += b"\x11\x4d\x9b\x74\x8c\x4d\xbb\x89\x53\xab\x84\x11\x4d\x9b\x74\x53\xac\x80" * 2000
        for words, file, state in (
                ("an MP3 of zeros", b"ID3\x04\0\0\0\0\0\x21" + bytes(4000), "malformed"),
                ("an Ogg of zeros", b"OggS\0\x02" + bytes(4000), "malformed"),
                ("a FLAC of zeros", b"fLaC\0\0\0\x22" + bytes(4000), "malformed"),
                ("an MP4 of zeros", b"\0\0\0\x20ftypM4A " + bytes(4000), "malformed"),
                ("a WAV of floats that are none", wav.make(b"\xff" * 4000, coding=3, bits=32), None),
                ("an MP3 whose second half is noise", mp3[:len(mp3) // 2] + os.urandom(len(mp3) // 2), "playable"),
                ("an MP3 cut in the middle", mp3[:len(mp3) // 2], "playable"),
                ("an M4A without its end", m4a[:-400], None),
                ("an M4A that says an hour", bytes(long_header), "playable"),
                ("a WAV of no samples", wav.make(b"", coding=3, bits=32), "no-sound"),
                ("an AMR of no samples", b"#!AMR\n", "no-sound"),
                ("5000 boxes in each other", deep, "malformed"),
                ("a Matroska that leads back to itself", bytes(cyclic), None),
                ("a FLAC header alone", flac[:42], None),
                ("a video", codecs_video(), None)):
            with self.subTest(words):
                recording = self.push(file, channels=["mixed"])
                facts = self.prepared(recording)
                if state == "playable":
                    self.assertEqual(facts["state"], "playable", facts)
                    self.assertLess(facts["duration_ms"], 3500)  # what can be heard, whatever the header says
                elif state:
                    self.assertEqual(facts.get("unplayable_reason"), state, facts)
                if facts["state"] == "unplayable":
                    self.expect(self.listener.post(f"/v1/recordings/{recording}/plays", {"purpose": "quality"}), 409)
        self.assertEqual(self.jobs(), 0)

    def test_raw_samples_must_say_how_they_are_to_be_heard(self):
        for said in ("audio/L16", "audio/L16; rate=7", "audio/L16; rate=8000; channels=20"):
            answer = self.lab.recorder.push(self.said, bytes(1000), headers={"Content-Type": said})
            self.expect(answer, 422, "audio-refused")

    def test_192_khz_and_eight_channels(self):
        sound = array.array("i")
        for at in range(192_000):
            sound.extend([(at * 40_000_000 // 7) % 2**31 - 2**30 if lane == 3 else 0 for lane in range(8)])
        file = codecs.make("float.wav", wav.make(sound.tobytes(), channels=8, rate=192_000, bits=32))
        recording = self.push(file, channels=["other"] * 8)
        facts = self.prepared(recording)
        self.assertEqual((facts["state"], len(facts["sound"]["channels"])), ("playable", 8), facts)
        self.assertEqual([one["silent"] for one in facts["sound"]["channels"]], [lane != 3 for lane in range(8)])

    # -- what becomes of it -------------------------------------------------------------------------------------------

    def test_erasure_takes_rendition_and_outline(self):
        self.all_measured()
        before = self.objects()
        recording = self.push(codecs.make("opus.ogg", VOICE))
        self.prepared(recording)
        self.assertEqual(len(self.objects()), len(before) + 3)
        erase(self, recording)
        wait_until("the objects' end", lambda: self.objects() == before, 30)

    def test_what_is_erased_while_it_is_prepared_leaves_nothing(self):
        self.all_measured()
        before = self.objects()
        long = codecs.make("flac", wav.make(wav.tone(600)))
        recording = self.push(long, channels=["mixed"])
        erase(self, recording)
        wait_until("the end of the work", lambda: self.jobs() == 0, 60)
        wait_until("the objects' end", lambda: self.objects() == before, 60)

    def test_a_damaged_outline_alarms_and_the_call_plays_without(self):
        recording = self.push(VOICE)
        self.prepared(recording)
        self.damage(recording, "outline")
        before = self.alarms()
        play = self.open(recording)
        self.assertNotIn("peaks", play)
        self.assertEqual(self.alarms(), before + 1)
        self.assertEqual(wav.samples(self.expect(self.listener.get(play["media"]), 200).body), wav.samples(VOICE))

    def test_a_damaged_rendition_alarms_and_is_not_played(self):
        recording = self.push(codecs.make("mp3", VOICE))
        self.prepared(recording)
        self.damage(recording, "playback")
        before = self.alarms()
        self.expect(self.listener.post(f"/v1/recordings/{recording}/plays", {"purpose": "quality"}), 500)
        self.assertEqual(self.alarms(), before + 1)

    def test_without_a_database_the_work_waits(self):
        recording = self.push(codecs.make("flac", wav.make(wav.tone(600))), channels=["mixed"])
        self.lab.cluster.stop("immediate")
        time.sleep(3)
        self.lab.cluster.start()
        wait_until("the gateway's connections", self.lab.gateway.ready, 30)
        self.lab.cluster.sql("update job set run_at = now() where kind = 'prepare'")  # a lease, or a wait
        self.assertEqual(self.prepared(recording)["state"], "playable")
        self.assertEqual(len(self.lab.cluster.sql(f"select 1 from sealed_object where recording_id = '{recording}'")), 3)

    def test_the_work_is_in_the_log_and_in_the_figures(self):
        recording = self.push(codecs.make("mp3", VOICE))
        self.prepared(recording)
        bad = self.push(b"ID3\x04\0\0\0\0\0\x21" + bytes(4000), channels=["mixed"])
        self.prepared(bad)
        auditor = self.lab.person("ada", ["auditor"])

        def entries():
            page = self.expect(auditor.get("/v1/audit/entries?limit=1000"), 200).json()
            return [one for one in page["entries"] if json.dumps(one).find("recording.prepare") >= 0]
        wait_until("both outcomes", lambda: all(word in json.dumps(entries()) for word in ('"done"', '"malformed"')), 10)
        self.assertTrue('callvault_unplayable_total{reason="malformed"}' in self.lab.metrics())

    def test_a_gateway_that_is_killed_at_work_goes_on_with_it(self):
        recording = self.push(codecs.make("flac", wav.make(wav.tone(900))), channels=["mixed"])
        workers = []

        def at_work():
            workers[:] = children(self.lab.gateway.process.pid, "callvault-trans")
            return any(cpu_ticks(pid) > 8 for pid in workers)
        wait_until("a worker at work", at_work, 20, pause=0.01)
        self.lab.gateway.kill()
        wait_until("the end of its workers", lambda: not [pid for pid in workers if alive(pid)], 10)
        self.lab.gateway.start()
        self.lab.cluster.sql("update job set run_at = now() where kind = 'prepare'")  # its lease
        self.assertEqual(self.prepared(recording)["state"], "playable")

    def kill_a_worker_at_work(self):
        def killed():
            pids = children(self.lab.gateway.process.pid, "callvault-trans")
            busy = [pid for pid in pids if cpu_ticks(pid) > 8]
            for pid in busy:
                os.kill(pid, signal.SIGKILL)
            return busy
        wait_until("a worker at work", killed, 20, pause=0.01)

    def test_a_worker_that_is_killed_is_replaced_and_a_call_that_kills_workers_waits_for_people(self):
        recording = self.push(codecs.make("flac", wav.make(wav.tone(900))), channels=["mixed"])
        job = f"select state, failures, last_error from job where recording_id = '{recording}'"
        self.kill_a_worker_at_work()
        wait_until("its gateway to notice", lambda: self.lab.cluster.sql(job) == [["queued", "1", "worker-crashed"]], 10)
        self.assertEqual(self.facts(recording)["unplayable_reason"], "preparing")
        self.lab.cluster.sql("update job set run_at = now(), failures = 3 where kind = 'prepare'")  # in hours
        self.kill_a_worker_at_work()
        wait_until("the end of it", lambda: self.lab.cluster.sql(job) == [["dead", "3", "worker-crashed"]], 10)
        self.assertEqual(self.facts(recording)["unplayable_reason"], "worker-crashed")
        operator = self.lab.person("ada", ["admin"])
        dead = self.expect(operator.get("/v1/jobs"), 200).json()["jobs"][0]
        self.assertEqual((dead["recording_id"], dead["state"]), (recording, "dead"))
        self.expect(operator.post(f"/v1/jobs/{dead['id']}/revive"), 204)
        wait_until("it to play", lambda: self.facts(recording)["state"] == "playable", 60)
        self.assertEqual(self.lab.cluster.sql(job), [])


NOWHERE = "/nonexistent/callvault-transcode"


class WithoutWorker(MediaTest):
    """The rest goes on; calls that need one wait for it."""
    settings = {"media": {"worker": NOWHERE}}

    def worker(self, program):
        """Starts the gateway with that worker; what waits for one is tried at once."""
        self.lab.configure(media={"worker": program})
        self.lab.restart()
        self.lab.cluster.sql("update job set run_at = now() where kind = 'prepare'")

    def test_a_damaged_original_alarms_and_its_job_stays(self):
        recording = self.push(codecs.make("mp3", VOICE))
        self.damage(recording, "original")
        self.worker("")
        self.addCleanup(self.worker, NOWHERE)
        wait_until("the alarm", lambda: self.alarms() > 0, 20)
        job = f"select state, last_error from job where recording_id = '{recording}'"
        wait_until("the end of the try", lambda: self.lab.cluster.sql(job) == [["queued", "corrupt"]], 10)
        self.assertEqual(self.facts(recording)["unplayable_reason"], "preparing")

    def test_calls_wait_until_there_is_a_worker(self):
        recording = self.push(codecs.make("mp3", VOICE))
        measured = self.push(VOICE)
        self.assertIn("sound", self.prepared(measured))
        self.assertEqual(self.facts(recording)["unplayable_reason"], "preparing")
        self.expect(self.listener.post(f"/v1/recordings/{recording}/plays", {"purpose": "quality"}), 409)
        self.assertIn("media.unavailable", self.lab.log.read_text())
        wait_until("the figure", lambda: 'callvault_jobs{kind="prepare"' in self.lab.metrics(), 30)
        self.worker("")
        self.assertEqual(self.prepared(recording)["state"], "playable")


def codecs_video():
    """A video without sound."""
    return subprocess.run(["ffmpeg", "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", "testsrc=d=1:s=64x64", "-c:v",
                           "mpeg4", "-movflags", "frag_keyframe+empty_moov", "-f", "mp4", "pipe:1"],
                          stdout=subprocess.PIPE, check=True).stdout


def stat(pid):
    """The fields of a process after its name; nothing when it is gone."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    except OSError:
        return []


def children(pid, name):
    """The processes of this name that a process has started."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        fields = stat(entry.name) if entry.name.isdigit() else []
        with contextlib.suppress(OSError):
            if fields and fields[1] == str(pid) and (entry / "comm").read_text().startswith(name):
                found.append(int(entry.name))
    return found


def alive(pid):
    return bool(stat(pid)) and stat(pid)[0] != "Z"


def cpu_ticks(pid):
    fields = stat(pid)
    return int(fields[11]) if fields else 0


if __name__ == "__main__":
    main()
