#include "gateway/recordings/multipart.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace {

using gateway::recordings::MultipartReader;
using Event = MultipartReader::Event;

struct Part {
    std::string name;
    std::string type;
    std::string content;
    bool complete = false;
    friend bool operator==(const Part&, const Part&) = default;
};

struct PartsOutcome {
    std::vector<Part> parts;
    bool ended = false;
    std::string error;
};

/// Feeds `body` in pieces of `size` bytes.
PartsOutcome read(std::string_view body, std::size_t size, std::string_view boundary = "b0") {
    MultipartReader reader(boundary);
    PartsOutcome out;
    for (std::size_t at = 0; at < body.size(); at += size) {
        auto piece = std::as_bytes(std::span(body.substr(at, size)));
        while (!piece.empty()) {
            const auto event = reader.next(piece);
            if (event.has_error()) {
                out.error = event.error().what;
                return out;
            }
            if (*event == Event::kPart)
                out.parts.push_back({reader.header().name, reader.header().content_type, "", false});
            if (*event == Event::kData) {
                out.parts.back().content.append(reinterpret_cast<const char*>(reader.data().data()),
                                                reader.data().size());
            }
            if (*event == Event::kPartEnd) out.parts.back().complete = true;
        }
    }
    out.ended = reader.ended();
    return out;
}

const std::string kForm =
    "--b0\r\nContent-Disposition: form-data; name=\"metadata\"\r\nContent-Type: application/json; charset=utf-8\r\n\r\n"
    "{\"a\":1}\r\n--b0\r\nContent-Disposition: form-data; name=\"audio\"; filename=\"a.wav\"\r\nContent-Type: "
    "audio/wav\r\n\r\n"
    "RIFF\r\n--b\r\r\n--b0x is not here\r\n\r\n--b\r\n--b0--\r\nwhatever follows";

TEST_CASE("A multipart body gives the same parts however it is cut into pieces") {
    // "--b0x" behind CRLF is a boundary followed by other characters: RFC 2046 forbids it inside a part.
    std::string body = kForm;
    body.replace(body.find("--b0x"), 5, "--b1x");
    const auto whole = read(body, body.size());
    REQUIRE(whole.error.empty());
    REQUIRE(whole.ended);
    REQUIRE(whole.parts.size() == 2);
    REQUIRE(whole.parts[0] == Part{"metadata", "application/json", "{\"a\":1}", true});
    REQUIRE(whole.parts[1] == Part{"audio", "audio/wav", "RIFF\r\n--b\r\r\n--b1x is not here\r\n\r\n--b", true});
    for (std::size_t size = 1; size < 90; ++size) {
        const auto cut = read(body, size);
        REQUIRE(cut.parts == whole.parts);
        REQUIRE(cut.ended);
    }
}

TEST_CASE("A boundary followed by other characters is malformed") {
    REQUIRE(read(kForm, kForm.size()).error.find("followed by other characters") != std::string::npos);
}

TEST_CASE("A part may be empty, nameless and typeless") {
    const auto outcome = read("preamble\r\n--b0\r\n\r\n\r\n--b0--", 3);
    REQUIRE(outcome.error.empty());
    REQUIRE(outcome.ended);
    REQUIRE(outcome.parts == std::vector<Part>{{"", "", "", true}});
}

TEST_CASE("A body that stops early has not ended") {
    const auto outcome = read(kForm.substr(0, 150), 7);
    REQUIRE(outcome.error.empty());
    REQUIRE_FALSE(outcome.ended);
}

TEST_CASE("A long preamble and a long part header are refused") {
    REQUIRE_FALSE(read(std::string(5000, 'x'), 512).error.empty());
    REQUIRE_FALSE(read(std::string(5000, '\r'), 1).error.empty());
    REQUIRE_FALSE(read("--b0\r\nX: " + std::string(9000, 'x'), 512).error.empty());
}

TEST_CASE("The boundary is read from the content type, quoted or not, and nothing odd is accepted") {
    REQUIRE(MultipartReader::boundary_of("multipart/form-data; boundary=abc") == "abc");
    REQUIRE(MultipartReader::boundary_of("Multipart/Mixed; charset=x; boundary=\"a b\"") == "a b");
    REQUIRE_FALSE(MultipartReader::boundary_of("multipart/form-data"));
    REQUIRE_FALSE(MultipartReader::boundary_of("multipart/form-data; boundary="));
    REQUIRE_FALSE(MultipartReader::boundary_of("multipart/form-data; boundary=\"a\r\nb\""));
    REQUIRE_FALSE(MultipartReader::boundary_of("multipart/form-data; boundary=" + std::string(71, 'a')));
    REQUIRE_FALSE(MultipartReader::boundary_of("audio/wav; boundary=abc"));
}

}  // namespace
