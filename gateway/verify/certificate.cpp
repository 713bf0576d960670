#include "gateway/verify/certificate.hpp"

#include <cstddef>

#include "gateway/verify/encoding.hpp"

namespace gateway::verify {

namespace {

constexpr std::string_view kCertificateLine = "callvault-deletion-certificate/v1";
constexpr std::string_view kProofLine = "c2sp.org/tlog-proof@v1";
constexpr std::size_t kMaxSize = 1U << 20U;
constexpr std::size_t kMaxPath = 64;
constexpr std::size_t kMaxFields = 200;

// Reads the file from the top down; after the first fault nothing more is read.
class Reader {
  public:
    explicit Reader(std::string_view text) : text_(text) {}

    bool good() const { return why_.empty(); }
    const std::string& why() const { return why_; }
    std::string_view rest() const { return text_; }
    void fail(std::string why) {
        if (good()) why_ = std::move(why);
    }

    std::string_view line(const char* what) {
        const auto found = good() ? take_line(text_) : std::nullopt;
        if (!found) fail(std::string("it ends before ") + what);
        return found.value_or(std::string_view{});
    }

    // The rest of a line that must start with `word` and a space.
    std::string_view after(std::string_view word, const char* what) {
        std::string_view found = line(what);
        if (good() && (!found.starts_with(word) || found.size() <= word.size() || found[word.size()] != ' ')) {
            fail(std::string("expected ") + what);
        }
        return good() ? found.substr(word.size() + 1) : std::string_view{};
    }

    std::uint64_t number(std::string_view text, const char* what) {
        const auto value = good() ? parse_number(text) : std::nullopt;
        if (!value) fail(std::string(what) + " is not a number");
        return value.value_or(0);
    }

    // Base64 hashes, a line each, up to an empty line.
    std::vector<Hash> hashes(const char* what) {
        std::vector<Hash> found;
        for (std::string_view text = line(what); good() && !text.empty(); text = line(what)) {
            const auto hash = hash_from_base64(text);
            if (!hash || found.size() == kMaxPath) {
                fail(std::string(what) + " is not a list of hashes");
            } else {
                found.push_back(*hash);
            }
        }
        return found;
    }

  private:
    std::string_view text_;
    std::string why_;
};

void read_statement(Reader& reader, Certificate& certificate) {
    const std::string_view whole = reader.rest();
    if (reader.line("its first line") != kCertificateLine)
        reader.fail("its first line is not " + std::string(kCertificateLine));
    for (std::string_view line = reader.line("the statement's end"); reader.good() && !line.empty();
         line = reader.line("the statement's end")) {
        const std::size_t colon = line.find(": ");
        if (colon == std::string_view::npos || certificate.fields.size() == kMaxFields) {
            reader.fail("its statement is not lines of \"name: value\"");
            return;
        }
        certificate.fields.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    }
    if (reader.good()) certificate.statement = whole.substr(0, whole.size() - reader.rest().size() - 1);
}

void read_batch(Reader& reader, Certificate& certificate) {
    const std::string_view place = reader.after("batch", "the line \"batch <position> <size>\"");
    const std::size_t space = place.find(' ');
    certificate.position = reader.number(place.substr(0, space), "the position in the batch");
    certificate.batch_size = reader.number(
        space == std::string_view::npos ? std::string_view{} : place.substr(space + 1), "the batch's size");
    certificate.batch_path = reader.hashes("the batch's path");
    const auto entry = from_base64(reader.after("entry", "the line \"entry <base64>\""));
    if (!entry) reader.fail("the batch entry is not base64");
    certificate.entry = entry.value_or("");
    if (!reader.line("the empty line after the entry").empty()) reader.fail("expected an empty line after the entry");
}

void read_proof(Reader& reader, Certificate& certificate) {
    if (reader.line("the log proof") != kProofLine) reader.fail("its log proof is not a " + std::string(kProofLine));
    certificate.index = reader.number(reader.after("index", "the line \"index <number>\""), "the index in the log");
    certificate.path = reader.hashes("the log proof's path");
    certificate.checkpoint = reader.rest();
}

}  // namespace

std::string_view Certificate::field(std::string_view name) const {
    for (const auto& [key, value] : fields) {
        if (key == name) return value;
    }
    return {};
}

std::optional<Certificate> parse_certificate(std::string_view bytes, std::string& why) {
    if (bytes.size() > kMaxSize) {
        why = "it is too large";
        return std::nullopt;
    }
    Reader reader(bytes);
    Certificate certificate;
    read_statement(reader, certificate);
    read_batch(reader, certificate);
    read_proof(reader, certificate);
    if (reader.good()) return certificate;
    why = reader.why();
    return std::nullopt;
}

}  // namespace gateway::verify
