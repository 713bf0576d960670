#include "transcode/wav/sniff.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace {

using transcode::wav::Kind;
using transcode::wav::name_of;
using transcode::wav::sniff;

Kind kind_of(const std::string& bytes) {
    return sniff(std::as_bytes(std::span(bytes)));
}

TEST_CASE("Each format is known by its first bytes") {
    using namespace std::string_literals;
    const std::pair<std::string, Kind> cases[] = {
        {"RIFF\x24\x00\x00\x00WAVEfmt "s, Kind::kWav},
        {"RF64\xFF\xFF\xFF\xFFWAVEds64"s, Kind::kRf64},
        {"ID3\x04\x00\x00\x00\x00\x00\x21TSSE\x00\x00"s, Kind::kMp3},
        {"\xFF\xFB\x90\x64\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"s, Kind::kMp3},
        {"\xFF\xE3\x18\xC4\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"s, Kind::kMp3},
        {"\xFF\xF1\x50\x80\x00\x1F\xFC\x00\x00\x00\x00\x00\x00\x00\x00\x00"s, Kind::kAdts},
        {"OggS\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"s, Kind::kOgg},
        {"\x1A\x45\xDF\xA3\x01\x00\x00\x00\x00\x00\x00\x1F\x42\x86\x81\x01"s, Kind::kWebm},
        {"\x00\x00\x00\x1C\x66typM4A \x00\x00\x02\x00"s, Kind::kMp4},
        {"#!AMR\n\x3C\x91\x17\x16\xBE\x66\x79\xE1\xE0\x01"s, Kind::kAmr},
        {"#!AMR-WB\n\x04\x10\x20\x00\x00\x00\x00"s, Kind::kAmrWb},
        {"fLaC\x00\x00\x00\x22\x12\x00\x12\x00\x00\x00\x00\x00"s, Kind::kFlac},
        {"FORM\x00\x00\x10\x00\x41IFFCOMM"s, Kind::kAiff},
        {".snd\x00\x00\x00\x18\x00\x00\x00\x00\x00\x00\x00\x01"s, Kind::kAu},
        {"caff\x00\x01\x00\x00\x64\x65sc\x00\x00\x00\x00"s, Kind::kCaf},
    };
    for (const auto& [bytes, kind] : cases) {
        INFO(name_of(kind));
        REQUIRE(kind_of(bytes) == kind);
    }
}

TEST_CASE("What is no audio is unknown, and so is too little of it") {
    using namespace std::string_literals;
    for (const auto& bytes :
         {""s, "R"s, "RIFF"s, "RIFF\x24\x00\x00\x00\x41VI LIST"s, "%PDF-1.7 12345678"s, "\x7F\x45LF\x02\x01\x01"s,
          "{\"recording\": 1}"s, "\xFF\xFF\xFF\xFF\xFF\xFF"s, "\xFF"s, "\0\0\0\0\0\0\0\0\0\0\0\0"s}) {
        INFO(bytes);
        REQUIRE(kind_of(bytes) == Kind::kUnknown);
    }
}

}  // namespace
