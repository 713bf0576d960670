#!/usr/bin/env python3
"""A recording from push to purge, in every accepted coding and way of pushing, as the telephony platforms do it."""

import json
import random
import struct
import subprocess

from support import LabTest, main
from lab import calls, smoke, wav
from lab.client import digest, metadata_header


class Push(LabTest):
    def setUp(self):
        self.voices = calls.known_voices()
        self.listener = self.lab.person("alice", ["qa"])

    def test_each_coding_comes_back_to_the_sample(self):
        for name, voice in self.voices.items():
            with self.subTest(name):
                receipt = self.pushed(calls.metadata(), voice)
                self.assertEqual(receipt["digest"], digest(voice))
                self.assertEqual(receipt["size"], len(voice))
                self.assertAlmostEqual(receipt["duration_ms"], 27_000, delta=500)
                self.assertEqual(wav.samples(smoke.fetch_all(self.listener, receipt["id"])), wav.samples(voice))

    def test_mono_and_three_codings_made_here(self):
        sound = wav.tone(1, seed=3)
        samples = wav.samples(wav.make(sound))
        for body, how in ((sound, {}), (wav.encode(samples, wav.A_LAW), {"coding": wav.A_LAW, "bits": 8}),
                          (wav.encode(samples, wav.MU_LAW), {"coding": wav.MU_LAW, "bits": 8})):
            voice = wav.make(body, **how)
            receipt = self.pushed(calls.metadata(channels=["mixed"]), voice)
            self.assertEqual(receipt["duration_ms"], 1000)
            self.assertEqual(wav.samples(smoke.fetch_all(self.listener, receipt["id"])), wav.samples(voice))

    def test_streaming_recorders_leave_the_sizes_open(self):
        sound = wav.tone(1, seed=4)
        for sizes in ((0, 0), (0xFFFFFFFF, 0xFFFFFFFF)):
            voice = wav.make(sound, riff_size=sizes[0], data_size=sizes[1])
            for chunked in (False, True):
                receipt = self.pushed(calls.metadata(channels=["mixed"]), voice, chunked=chunked)
                heard = smoke.fetch_all(self.listener, receipt["id"])
                self.assertEqual(wav.samples(heard).tobytes(), sound)
                self.assertEqual(struct.unpack_from("<I", heard, 4)[0], len(heard) - 8)

    def test_chunked_without_a_length(self):
        voice = self.voices["two-party-call-27s-ulaw.wav"]
        self.assertEqual(self.pushed(calls.metadata(), voice, chunked=True)["digest"], digest(voice))

    def test_digests_are_checked_and_agreed_with(self):
        voice = wav.make(wav.tone(1, seed=5))
        headers = {"Content-Digest": digest(voice), "Repr-Digest": digest(voice)}
        self.pushed(calls.metadata(channels=["mixed"]), voice, headers=headers)

    def multipart(self, subtype, parts):
        boundary = "b0undary-of-the-test"
        body = b"".join(b"--" + boundary.encode() + b"\r\n" + head + b"\r\n" + data + b"\r\n" for head, data in parts)
        return self.lab.recorder.request("POST", "/v1/recordings", body + b"--" + boundary.encode() + b"--\r\n", {
            "Content-Type": f"multipart/{subtype}; boundary={boundary}"})

    def test_multipart_of_forms_and_mixed_with_and_without_names(self):
        voice = wav.make(wav.tone(1, seed=6))
        heads = {
            "form-data": (b'Content-Disposition: form-data; name="metadata"\r\nContent-Type: application/json\r\n',
                          b'Content-Disposition: form-data; name="audio"; filename="../../x.wav"\r\n'
                          b'Content-Type: audio/wav\r\n'),
            "mixed": (b"", b""),
        }
        for subtype, (first, second) in heads.items():
            said = json.dumps(calls.metadata(channels=["mixed"])).encode()
            receipt = self.expect(self.multipart(subtype, [(first, said), (second, voice)]), 201).json()
            self.assertEqual(receipt["digest"], digest(voice))

    def test_multipart_that_is_broken_stores_nothing(self):
        said = json.dumps(calls.metadata(channels=["mixed"])).encode()
        self.assert_nothing_stored(lambda: self.expect(self.multipart("form-data", [(b"", said)]), 400))
        self.assert_nothing_stored(lambda: self.expect(self.multipart("form-data", []), 400))

    def test_expect_100_gets_its_100_after_admission_and_a_refusal_before_the_body(self):
        voice = wav.make(wav.tone(1, seed=7))
        for said, first in ((calls.metadata(channels=["mixed"]), b"100"),
                            (calls.metadata(channels=["mixed"], purposes=["spying"]), b"422")):
            with self.lab.recorder.raw() as wire:
                wire.sendall((f"PUT /v1/recordings HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(voice)}\r\n"
                              f"Content-Type: audio/wav\r\nExpect: 100-continue\r\n"
                              f"Callvault-Metadata: {metadata_header(said)}\r\n\r\n").encode())
                answer = wire.recv(4096)
                self.assertEqual(answer.split(b" ")[1], first, answer)
                if first == b"100":
                    wire.sendall(voice)
                    self.assertIn(b"201", wire.recv(4096).split(b"\r\n")[0])

    def test_curl_pushes_a_file_and_standard_input(self):
        file = self.lab.folder / "call.wav"
        file.write_bytes(wav.make(wav.tone(1, seed=8)))
        for source in (str(file), "-"):
            said = metadata_header(calls.metadata(channels=["mixed"]))
            with open(file, "rb") as data:
                done = subprocess.run(
                    ["curl", "-sS", "--fail", "--cacert", str(self.lab.authority.own.certificate), "--cert",
                     str(self.lab.pbx.certificate), "--key", str(self.lab.pbx.key), "-H", f"Callvault-Metadata: {said}",
                     "-T", source, f"https://127.0.0.1:{self.lab.port}/v1/recordings"], stdin=data, capture_output=True,
                    check=True)
            self.assertEqual(json.loads(done.stdout)["digest"], digest(file.read_bytes()))
        file.unlink()

    def test_validate_only_stores_nothing(self):
        def validate(said):
            return self.lab.recorder.push(said, b"", query="?validate=only")
        checked = self.assert_nothing_stored(lambda: self.expect(validate(calls.metadata()), 200)).json()
        self.assertTrue(checked["admitted"])
        self.assertEqual(checked["profile"], "NL")
        self.assert_nothing_stored(lambda: self.expect(validate(calls.metadata(purposes=[])), 422, "metadata-refused"))

    def test_the_receipt_can_be_read_again_by_its_sender(self):
        receipt = self.pushed(calls.metadata(channels=["mixed"]), wav.make(wav.tone(1, seed=9)))
        self.assertEqual(self.expect(self.lab.recorder.get(f"/v1/recordings/{receipt['id']}"), 200).json(), receipt)
        self.expect(self.lab.recorder.get(f"/v1/recordings/{'a' * 32}"), 404, "not-found")
        self.expect(self.lab.recorder.get("/v1/recordings/no-id"), 404)

    def test_the_purge_date_is_three_calendar_months_and_a_shorter_profile_wins(self):
        said = calls.metadata(channels=["mixed"])
        receipt = self.pushed(said, wav.make(wav.tone(1, seed=10)))
        self.assertEqual(receipt["purge_date"], calls.add_months(self.lab.today(), 3).isoformat())
        said = calls.metadata(channels=["mixed"], caller={"country": "BE"})
        receipt = self.pushed(said, wav.make(wav.tone(1, seed=11)))
        self.assertEqual((receipt["profile"], receipt["purge_date"]),
                         ("BE+NL", calls.add_months(self.lab.today(), 1).isoformat()))


class Ranges(LabTest):
    def test_any_range_is_a_slice_of_the_whole(self):
        voice = calls.known_voices()["two-party-call-27s-alaw.wav"]
        listener = self.lab.person("alice", ["qa"])
        play = self.play(listener, self.pushed(calls.metadata(), voice)["id"])
        whole = self.expect(listener.get(play["media"]), 200)
        size = len(whole.body)
        self.assertEqual(whole.headers["Accept-Ranges"], "bytes")
        self.assertEqual(whole.headers["Cache-Control"], "no-store")
        self.assertEqual(whole.headers["Content-Type"], "audio/wav")
        chance = random.Random(7)
        edges = [0, 1, 43, 44, 45, 16383, 16384, 16385, 32768, size - 1]
        pairs = [(0, 1), (0, 0), (size - 1, size - 1), (0, size - 1), (0, size + 100)]
        pairs += [sorted((chance.choice(edges), chance.choice(edges))) for _ in range(20)]
        pairs += [sorted((chance.randrange(size), chance.randrange(size))) for _ in range(20)]
        connection = listener.connect()
        self.addCleanup(connection.close)
        for first, last in pairs:
            part = listener.request("GET", play["media"], headers={"Range": f"bytes={first}-{last}"}, connection=connection)
            self.expect(part, 206)
            last = min(last, size - 1)
            self.assertEqual(part.headers["Content-Range"], f"bytes {first}-{last}/{size}")
            self.assertEqual(part.body, whole.body[first:last + 1])
        for asked, wanted in ((f"bytes={size}-", 416), (f"bytes={size + 5}-{size + 9}", 416), ("bytes=-0", 416),
                              ("bytes=5-2", 200), ("bytes=0-1,5-9", 200), ("bytes=" + ",".join(["0-1"] * 500), 200),
                              ("bytes=a-b", 200), ("lines=0-1", 200)):
            answer = self.expect(listener.get(play["media"], {"Range": asked}), wanted)
            if wanted == 416:
                self.assertEqual(answer.headers["Content-Range"], f"bytes */{size}")
            else:
                self.assertEqual(answer.body, whole.body)
        head = self.expect(listener.request("HEAD", play["media"]), 200)
        self.assertEqual((head.headers["Content-Length"], head.body), (str(size), b""))
        tag = whole.headers["ETag"]
        asked = {"Range": "bytes=0-9", "If-Range": tag}
        self.assertEqual(self.expect(listener.get(play["media"], asked), 206).body, whole.body[:10])
        self.assertEqual(self.expect(listener.get(play["media"], {**asked, "If-Range": '"other"'}), 200).body, whole.body)


class Search(LabTest):
    """Period, team, agent, number; pages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.voice = wav.make(wav.tone(1, seed=12))
        cls.ids = []
        for at in range(7):
            said = calls.metadata(calls.rfc3339(calls_before(at)), channels=["mixed"], agent={"id": f"a-{at % 2}"},
                                  caller={"number": f"020 765 43{at:02}", "country": "NL"},
                                  team="support" if at < 5 else "sales")
            cls.ids.append(cls.lab.recorder.push(said, cls.voice).json()["id"])

    def found(self, who, **criteria):
        asked = {"purpose": "quality", "from": calls.rfc3339(calls_before(1000)), "to": calls.rfc3339(calls_before(-10)),
                 **criteria}
        out = []
        while True:
            page = self.expect(who.post("/v1/searches", asked), 200).json()
            out += [one["id"] for one in page["recordings"]]
            if "next" not in page:
                return out
            asked["after"] = page["next"]

    def test_own_teams_only_newest_first_paged(self):
        listener = self.lab.person("alice", ["qa"])
        self.assertEqual(self.found(listener), self.ids[:5])
        self.assertEqual(self.found(listener, limit=2), self.ids[:5])
        self.assertEqual(self.found(listener, teams=["sales"]), [])
        self.assertEqual(self.found(self.lab.person("sam", ["supervisor"], ["support", "sales"])), self.ids)
        self.assertEqual(self.found(listener, agent="a-1"), [self.ids[1], self.ids[3]])

    def test_a_number_is_found_in_any_common_notation(self):
        listener = self.lab.person("alice", ["qa"])
        for number in ("+31207654302", "0031 20 765 4302", "020-7654302", "(020) 765 43 02"):
            self.assertEqual(self.found(listener, number=number), [self.ids[2]], number)
        self.assertEqual(self.found(listener, number="+31207654399"), [])

    def test_refused_without_purpose_or_with_nonsense(self):
        listener = self.lab.person("alice", ["qa"])
        period = {"from": calls.rfc3339(calls_before(10)), "to": calls.rfc3339(calls_before(0))}
        for asked in ({}, period, {"purpose": "quality"}, {"purpose": "quality", **period, "extra": 1},
                      {"purpose": "quality", **period, "after": "garbage"}, {"purpose": "quality", **period, "limit": 0}):
            self.assertIn(listener.post("/v1/searches", asked).status, (400, 403, 422), asked)
        self.expect(self.lab.recorder.post("/v1/searches", {"purpose": "quality", **period}), 403, "denied")
        self.expect(self.lab.person("root", ["admin"]).post("/v1/searches", {"purpose": "quality", **period}), 403)


def calls_before(minutes):
    """A moment so many minutes and an hour ago."""
    import datetime
    return datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=1, minutes=minutes)


if __name__ == "__main__":
    main()
