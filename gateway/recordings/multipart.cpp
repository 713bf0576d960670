#include "gateway/recordings/multipart.hpp"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <utility>

namespace gateway::recordings {

namespace {

using policy::Code;
using policy::fail;
using policy::Result;

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

bool boundary_character(char c) {
    static constexpr std::string_view kOthers = "'()+_,-./:=? ";
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || kOthers.find(c) != std::string_view::npos;
}

/// The value of parameter `wanted` in `name=value; name="value"`, after the first ';' of a header field.
std::optional<std::string> parameter(std::string_view field, std::string_view wanted) {
    auto at = field.find(';');
    while (at != std::string_view::npos) {
        field.remove_prefix(at + 1);
        const auto equals = field.find('=');
        if (equals == std::string_view::npos) return std::nullopt;
        const auto name = lower(trim(field.substr(0, equals)));
        field = trim(field.substr(equals + 1));
        std::string value;
        if (!field.empty() && field.front() == '"') {
            std::size_t i = 1;
            for (; i < field.size() && field[i] != '"'; ++i) {
                if (field[i] == '\\' && i + 1 < field.size()) ++i;
                value.push_back(field[i]);
            }
            if (i >= field.size()) return std::nullopt;
            field.remove_prefix(i + 1);
        } else {
            value = std::string(trim(field.substr(0, field.find(';'))));
        }
        if (name == wanted) return value;
        at = field.find(';');
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string> MultipartReader::boundary_of(std::string_view content_type) {
    if (!lower(content_type.substr(0, 10)).starts_with("multipart/")) return std::nullopt;
    auto boundary = parameter(content_type, "boundary");
    if (!boundary || boundary->empty() || boundary->size() > 70 || boundary->back() == ' ' ||
        !std::ranges::all_of(*boundary, boundary_character)) {
        return std::nullopt;
    }
    return boundary;
}

MultipartReader::MultipartReader(std::string_view boundary) : delimiter_("\r\n--" + std::string(boundary)) {}

policy::Error MultipartReader::failed(std::string what) {
    state_ = State::kFailed;
    return fail(Code::kInvalid, std::move(what));
}

Result<MultipartReader::Event> MultipartReader::next(std::span<const std::byte>& piece) {
    switch (state_) {
        case State::kPreamble:
        case State::kBody:
            return scan(piece);
        case State::kAfterDelimiter:
            return after_delimiter(piece);
        case State::kHeader:
            return read_header(piece);
        case State::kEpilogue:
            piece = {};
            return Event::kNeedMore;
        case State::kFailed:
            break;
    }
    return failed("the multipart body was already found to be malformed");
}

/// Looks for the delimiter. CR stands only at its start (a boundary holds none), so that after a mismatch the search
/// goes on at the character that did not match.
Result<MultipartReader::Event> MultipartReader::scan(std::span<const std::byte>& piece) {
    const bool body = state_ == State::kBody;
    const auto* text = reinterpret_cast<const char*>(piece.data());
    if (matched_ > 0) {  // continues a match that began in an earlier piece or at the very start
        std::size_t used = 0;
        while (used < piece.size() && matched_ < delimiter_.size() && text[used] == delimiter_[matched_]) {
            ++used;
            ++matched_;
        }
        if (matched_ == delimiter_.size()) {
            piece = piece.subspan(used);
            matched_ = 0;
            state_ = State::kAfterDelimiter;
            line_.clear();
            return body ? Event::kPartEnd : next(piece);
        }
        piece = piece.subspan(used);
        if (piece.empty()) return Event::kNeedMore;
        const auto carried = std::as_bytes(std::span(delimiter_)).first(matched_);
        matched_ = 0;
        if (body) {  // it was content after all
            data_ = carried;
            return Event::kData;
        }
        preamble_in_bytes_ += carried.size();  // or false starts would make a preamble without end
        text = reinterpret_cast<const char*>(piece.data());
    }
    if (piece.empty()) return Event::kNeedMore;
    const char* const end = text + piece.size();
    const char* at = text;
    std::size_t length = 0;
    while (true) {
        at = static_cast<const char*>(std::memchr(at, '\r', static_cast<std::size_t>(end - at)));
        if (at == nullptr) {
            at = end;
            break;
        }
        const auto left = std::min(static_cast<std::size_t>(end - at), delimiter_.size());
        if (std::memcmp(at, delimiter_.data(), left) == 0) {
            length = left;
            break;
        }
        ++at;
    }
    const auto content = piece.first(static_cast<std::size_t>(at - text));
    if (!body) {
        preamble_in_bytes_ += content.size();
        if (preamble_in_bytes_ > kMaxPreambleInBytes) return failed("no boundary at the start of the multipart body");
    }
    if (body && !content.empty()) {  // hand out the content first; the delimiter is found again at once
        piece = piece.subspan(content.size());
        data_ = content;
        return Event::kData;
    }
    piece = piece.subspan(content.size() + length);
    matched_ = length;
    return length == delimiter_.size() || !piece.empty() ? scan(piece) : Result<Event>(Event::kNeedMore);
}

/// Behind a delimiter: "--" closes the body; spaces and CRLF begin a part.
Result<MultipartReader::Event> MultipartReader::after_delimiter(std::span<const std::byte>& piece) {
    while (!piece.empty()) {
        const char c = static_cast<char>(piece.front());
        piece = piece.subspan(1);
        line_.push_back(c);
        if (line_ == "--") {
            state_ = State::kEpilogue;
            return Event::kEnd;
        }
        if (c == '\n') {
            if (line_.size() < 2 || line_[line_.size() - 2] != '\r' ||
                !trim(line_.substr(0, line_.size() - 2)).empty()) {
                return failed("a multipart boundary is followed by other characters");
            }
            line_ = "\r\n";  // so that an empty header block ends like any other
            state_ = State::kHeader;
            return read_header(piece);
        }
        if (line_.size() > 64) return failed("a multipart boundary is followed by other characters");
    }
    return Event::kNeedMore;
}

Result<MultipartReader::Event> MultipartReader::read_header(std::span<const std::byte>& piece) {
    while (!piece.empty()) {
        line_.push_back(static_cast<char>(piece.front()));
        piece = piece.subspan(1);
        if (line_.size() > kMaxHeaderInBytes) return failed("the header of a multipart part is longer than 8 KiB");
        if (line_.ends_with("\r\n\r\n")) {
            if (auto parsed = parse_header(); parsed.has_error()) return failed(parsed.error().what);
            state_ = State::kBody;
            return Event::kPart;
        }
    }
    return Event::kNeedMore;
}

Result<void> MultipartReader::parse_header() {
    header_ = {};
    std::string_view rest = line_;
    rest.remove_prefix(2);
    while (rest != "\r\n" && !rest.empty()) {
        const auto end = rest.find("\r\n");
        const auto line = rest.substr(0, end);
        rest.remove_prefix(end + 2);
        const auto colon = line.find(':');
        if (colon == std::string_view::npos || colon == 0 || line.front() == ' ' || line.front() == '\t') {
            return fail(Code::kInvalid, "a header field of a multipart part is malformed");
        }
        const auto name = lower(line.substr(0, colon));
        const auto value = trim(line.substr(colon + 1));
        if (name == "content-disposition") header_.name = parameter(value, "name").value_or("");
        if (name == "content-type") header_.content_type = lower(trim(value.substr(0, value.find(';'))));
        if (name == "content-transfer-encoding") header_.transfer_encoding = lower(value);
    }
    return {};
}

}  // namespace gateway::recordings
