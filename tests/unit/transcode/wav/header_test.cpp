#include "transcode/wav/header.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/support/tone.hpp"

namespace {

using policy::Code;
using policy::Error;
using tests::append;
using tests::append_le;
using tests::make_wav;
using tests::WavFields;
using transcode::wav::Coding;
using transcode::wav::Format;
using transcode::wav::HeaderOutcome;
using transcode::wav::NeedMore;
using transcode::wav::parse_header;
using Bytes = std::vector<std::byte>;

Bytes zeros(std::size_t count) {
    return Bytes(count);
}

HeaderOutcome parse_all(const Bytes& file) {
    return parse_header(file, file.size());
}

Format format_in(const Bytes& file) {
    const auto outcome = parse_all(file);
    if (const auto* error = std::get_if<Error>(&outcome)) FAIL(error->what);
    return std::get<Format>(outcome);
}

bool for_a_worker(const Bytes& file) {
    return std::holds_alternative<transcode::wav::TakesWorker>(parse_header(file, file.size()));
}

Error error_in(const Bytes& file) {
    return std::get<Error>(parse_all(file));
}

Bytes riff_start() {
    Bytes out;
    append(out, "RIFF");
    append_le(out, 0, 4);
    append(out, "WAVE");
    return out;
}

Bytes extensible(std::uint16_t tag, std::uint16_t bits, unsigned char last_of_guid = 0x71) {
    Bytes out = riff_start();
    append(out, "fmt ");
    append_le(out, 40, 4);
    append_le(out, 0xFFFE, 2);
    append_le(out, 2, 2);
    append_le(out, 8000, 4);
    append_le(out, 8000U * 2U * bits / 8U, 4);
    append_le(out, 2U * bits / 8U, 2);
    append_le(out, bits, 2);
    append_le(out, 22, 2);
    append_le(out, bits, 2);
    append_le(out, 3, 4);
    append_le(out, tag, 2);
    for (const int byte : {0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B})
        out.push_back(static_cast<std::byte>(byte));
    out.push_back(static_cast<std::byte>(last_of_guid));
    append(out, "data");
    append_le(out, 80, 4);
    out.resize(out.size() + 80);
    return out;
}

TEST_CASE("The plain 44-byte header is read for each coding") {
    const struct {
        WavFields fields;
        Coding coding;
    } cases[] = {{{1, 1, 8000, 8}, Coding::kPcm8},    {{1, 2, 16000, 16}, Coding::kPcm16},
                 {{1, 1, 44100, 24}, Coding::kPcm24}, {{1, 8, 192000, 32}, Coding::kPcm32},
                 {{6, 2, 8000, 8}, Coding::kALaw},    {{7, 1, 4000, 8}, Coding::kMuLaw}};
    for (const auto& expected : cases) {
        const Format format = format_in(make_wav(expected.fields, zeros(960)));
        REQUIRE(format.coding == expected.coding);
        REQUIRE(format.channels == expected.fields.channels);
        REQUIRE(format.sample_rate_hz == expected.fields.rate);
        REQUIRE(format.data_offset == 44);
        REQUIRE(format.data_bytes == 960);
        REQUIRE(format.missing_bytes == 0);
        REQUIRE(format.frames() == 960 / (expected.fields.channels * expected.fields.bits / 8U));
    }
}

TEST_CASE("A header that comes byte by byte asks for more until it is whole, and then is the same") {
    const Bytes file = make_wav({7, 2, 8000, 8}, zeros(100));
    for (std::size_t size = 0; size < 44; ++size) {
        const auto outcome = parse_header(std::span(file).first(size), std::nullopt);
        REQUIRE(std::holds_alternative<NeedMore>(outcome));
        REQUIRE(std::get<NeedMore>(outcome).bytes > size);
        REQUIRE(std::get<NeedMore>(outcome).bytes <= 44);
    }
    const auto outcome = parse_header(std::span(file).first(44), std::nullopt);
    REQUIRE(std::get<Format>(outcome).data_bytes == 100);
}

TEST_CASE("A file that ends inside its header is refused at every length") {
    const Bytes file = make_wav({1, 1, 8000, 16}, {});
    for (std::size_t size = 0; size < 44; ++size) {
        const auto outcome = parse_header(std::span(file).first(size), size);
        REQUIRE(std::get<Error>(outcome).code == Code::kInvalid);
    }
}

TEST_CASE("Chunks before the samples are skipped in any order, odd sizes padded") {
    Bytes file = riff_start();
    append(file, "LIST");
    append_le(file, 5, 4);
    append(file, "INFOx");
    append_le(file, 0, 1);
    tests::append_format_chunk(file, {6, 1, 8000, 8});
    append(file, "fact");
    append_le(file, 4, 4);
    append_le(file, 3, 4);
    append(file, "data");
    append_le(file, 3, 4);
    append(file, "\x01\x02\x03");
    append_le(file, 0, 1);
    append(file, "LIST");
    append_le(file, 4, 4);
    append(file, "INFO");
    const Format format = format_in(file);
    REQUIRE(format.coding == Coding::kALaw);
    REQUIRE(format.data_bytes == 3);
    REQUIRE(format.data_offset == 12 + 14 + 24 + 12 + 8);
}

TEST_CASE("The extensible form is read by the tag in its GUID") {
    REQUIRE(format_in(extensible(1, 16)).coding == Coding::kPcm16);
    REQUIRE(format_in(extensible(1, 24)).coding == Coding::kPcm24);
    REQUIRE(format_in(extensible(7, 8)).coding == Coding::kMuLaw);
    REQUIRE(for_a_worker(extensible(3, 32)));
    REQUIRE(error_in(extensible(1, 16, 0x72)).code == Code::kUnsupported);
}

TEST_CASE("Sizes that streaming recorders write mean to the end of the file") {
    for (const std::int64_t declared : {0LL, 0xFFFFFFFFLL, 0x7FFFF000LL, 0x7FFFFFFFLL, 0x80000000LL, 0xFFFFFFDBLL}) {
        const Bytes file = make_wav({1, 1, 8000, 16}, zeros(1001), declared);
        const Format format = format_in(file);
        REQUIRE(format.data_bytes == 1000);
        REQUIRE(format.missing_bytes == 0);
        const auto open = std::get<Format>(parse_header(file, std::nullopt));
        REQUIRE(transcode::wav::fit(open, file.size()).value().data_bytes == 1000);
        REQUIRE(transcode::wav::fit(open, file.size()).value().missing_bytes == 0);
    }
}

TEST_CASE("A body shorter than declared is cut, and what is missing is told") {
    const Bytes file = make_wav({1, 2, 8000, 16}, zeros(402), 1000);
    const Format format = format_in(file);
    REQUIRE(format.data_bytes == 400);
    REQUIRE(format.missing_bytes == 600);
    const auto open = std::get<Format>(parse_header(file, std::nullopt));
    REQUIRE(open.data_bytes == 1000);
    REQUIRE(transcode::wav::fit(open, file.size()).value().missing_bytes == 600);
    // A push with a Content-Length fits twice: first to what was announced, then to what came. It once forgot the gap.
    REQUIRE(transcode::wav::fit(format, file.size()).value().missing_bytes == 600);
    REQUIRE(transcode::wav::fit(open, 20).error().code == Code::kInvalid);
}

TEST_CASE("An empty recording has no frames") {
    REQUIRE(format_in(make_wav({1, 1, 8000, 16}, {})).frames() == 0);
    REQUIRE(format_in(make_wav({1, 1, 8000, 16}, zeros(1))).frames() == 0);
}

TEST_CASE("Codings that a media worker decodes are told apart from those that nobody does, which have a name") {
    for (const int tag : {0x31, 0x55, 0x03})
        REQUIRE(for_a_worker(make_wav({static_cast<std::uint16_t>(tag), 1, 8000, 16}, zeros(100))));
    const std::pair<std::uint16_t, std::string> cases[] = {
        {0x02, "Microsoft ADPCM"}, {0x11, "IMA ADPCM"}, {0x83, "G.729"}, {0x1234, "0x1234"}};
    for (const auto& [tag, name] : cases) {
        const Error error = error_in(make_wav({tag, 1, 8000, 16}, zeros(100)));
        REQUIRE(error.code == Code::kUnsupported);
        REQUIRE_THAT(error.what, Catch::Contains(name));
    }
    REQUIRE(error_in(make_wav({1, 1, 8000, 12}, zeros(100))).code == Code::kUnsupported);
}

TEST_CASE("What is no WAV is refused by the name of what it is") {
    Bytes mp3;
    append(mp3, "ID3\x04");
    mp3.resize(100);
    REQUIRE_THAT(error_in(mp3).what, Catch::Contains("MP3"));
    Bytes rf64;
    append(rf64, "RF64    WAVEds64");
    REQUIRE(error_in(rf64).code == Code::kUnsupported);
    Bytes rifx;
    append(rifx, "RIFX    WAVEfmt ");
    REQUIRE(error_in(rifx).code == Code::kUnsupported);
    REQUIRE(error_in(zeros(1000)).code == Code::kInvalid);
    REQUIRE(error_in({}).code == Code::kInvalid);
}

TEST_CASE("Impossible fields are refused") {
    const WavFields bad[] = {{1, 0, 8000, 16},   {1, 9, 8000, 16}, {1, 1, 3999, 16},
                             {1, 1, 192001, 16}, {1, 1, 0, 16},    {6, 1, 8000, 16}};
    for (const auto& fields : bad) REQUIRE(error_in(make_wav(fields, zeros(100))).code == Code::kInvalid);
    Bytes wrong_frame = make_wav({1, 2, 8000, 16}, zeros(100));
    wrong_frame[32] = std::byte{3};
    REQUIRE(error_in(wrong_frame).code == Code::kInvalid);
    Bytes small_format = make_wav({1, 1, 8000, 16}, zeros(100));
    small_format[16] = std::byte{14};
    REQUIRE(error_in(small_format).code == Code::kInvalid);
    Bytes no_format = riff_start();
    append(no_format, "data");
    append_le(no_format, 4, 4);
    append_le(no_format, 0, 4);
    REQUIRE_THAT(error_in(no_format).what, Catch::Contains("before their format"));
    Bytes twice = riff_start();
    tests::append_format_chunk(twice, {});
    tests::append_format_chunk(twice, {});
    REQUIRE_THAT(error_in(twice).what, Catch::Contains("two format chunks"));
}

TEST_CASE("Samples must start within 64 KiB, whatever a chunk claims") {
    for (const std::uint64_t size : {65536ULL, 0x7FFFFFFFULL, 0xFFFFFFFFULL, 0xFFFFFFFEULL}) {
        Bytes file = riff_start();
        append(file, "LIST");
        append_le(file, size, 4);
        file.resize(70000);
        REQUIRE(error_in(file).code == Code::kTooLarge);
        REQUIRE(std::get<Error>(parse_header(std::span(file).first(20), std::nullopt)).code == Code::kTooLarge);
    }
    Bytes many = riff_start();
    while (many.size() < 70000) {
        append(many, "JUNK");
        append_le(many, 0, 4);
    }
    REQUIRE(error_in(many).code == Code::kTooLarge);
}

TEST_CASE("What is missing of a file is still missing when its format is fitted again") {
    auto file = make_wav({1, 1, 8000, 16}, std::vector<std::byte>(1000));
    file.resize(file.size() - 600);
    const auto format = std::get<Format>(parse_header(file, file.size()));
    REQUIRE(format.missing_bytes == 600);
    const auto again = transcode::wav::fit(format, file.size()).value();
    REQUIRE(again.missing_bytes == 600);
    REQUIRE(again.data_bytes == 400U);
}

}  // namespace
