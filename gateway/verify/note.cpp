#include "gateway/verify/note.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "gateway/verify/encoding.hpp"

namespace gateway::verify {

namespace {

constexpr std::string_view kDash = "\xE2\x80\x94 ";
constexpr std::size_t kMaxNote = 2U << 20U;
constexpr std::size_t kMaxSignatures = 32;
constexpr std::size_t kIdSize = 4;
constexpr std::size_t kTimeSize = 8;
constexpr char kSigner = 1;
constexpr char kWitness = 4;

struct FreeKey {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeVerifying {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

const unsigned char* raw(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

bool signature_holds(const Key& key, std::string_view text, std::string_view signature) {
    const std::unique_ptr<EVP_PKEY, FreeKey> public_key(
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw(key.public_key), key.public_key.size()));
    const std::unique_ptr<EVP_MD_CTX, FreeVerifying> context(EVP_MD_CTX_new());
    if (!public_key || !context) return false;
    return EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, public_key.get()) == 1 &&
           EVP_DigestVerify(context.get(), raw(signature), signature.size(), raw(text), text.size()) == 1;
}

/// When a witness signed; of a signature that is long enough.
std::uint64_t seconds_of(std::string_view signature) {
    std::uint64_t seconds = 0;
    for (const char c : signature.substr(0, kTimeSize)) seconds = seconds << 8U | static_cast<unsigned char>(c);
    return seconds;
}

struct Line {
    std::string name;
    std::string id;
    std::string signature;
};

std::optional<Line> parse_line(std::string_view line) {
    if (!line.starts_with(kDash)) return std::nullopt;
    line.remove_prefix(kDash.size());
    const std::size_t space = line.find(' ');
    if (space == 0 || space == std::string_view::npos) return std::nullopt;
    const std::optional<std::string> bytes = from_base64(line.substr(space + 1));
    if (!bytes || bytes->size() <= 4) return std::nullopt;
    return Line{std::string(line.substr(0, space)), bytes->substr(0, 4), bytes->substr(4)};
}

bool is_plain(std::string_view bytes) {
    return std::none_of(bytes.begin(), bytes.end(),
                        [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; });
}

// The signature lines, or nothing when they are not all of the right form.
std::optional<std::vector<Line>> parse_lines(std::string_view text) {
    std::vector<Line> lines;
    while (!text.empty()) {
        const std::optional<std::string_view> line = take_line(text);
        if (!line || lines.size() == kMaxSignatures) return std::nullopt;
        std::optional<Line> parsed = parse_line(*line);
        if (!parsed) return std::nullopt;
        lines.push_back(std::move(*parsed));
    }
    if (lines.empty()) return std::nullopt;
    return lines;
}

}  // namespace

Key make_key(std::string name, std::string public_key, bool witness) {
    const Hash hash = sha256(name + '\n' + (witness ? kWitness : kSigner) + public_key);
    return {std::move(name), std::string(hash.begin(), hash.begin() + kIdSize), std::move(public_key), witness};
}

std::optional<Key> parse_key(std::string_view text) {
    const std::size_t first = text.find('+');
    const std::size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
    if (first == 0 || second == std::string_view::npos) return std::nullopt;
    const std::optional<std::string> id = from_hex(text.substr(first + 1, second - first - 1));
    const std::optional<std::string> typed = from_base64(text.substr(second + 1));
    if (!id || !typed || typed->size() != 33 || (typed->front() != kSigner && typed->front() != kWitness))
        return std::nullopt;
    Key key = make_key(std::string(text.substr(0, first)), typed->substr(1), typed->front() == kWitness);
    if (key.id != *id) return std::nullopt;
    return key;
}

std::string text_of(const Key& key) {
    return key.name + '+' + to_hex(key.id) + '+' + to_base64((key.witness ? kWitness : kSigner) + key.public_key);
}

std::string cosigned_text(std::uint64_t seconds, std::string_view checkpoint) {
    return "cosignature/v1\ntime " + std::to_string(seconds) + '\n' + std::string(checkpoint);
}

bool verifies(const Key& key, std::string_view text, std::string_view signature) {
    if (!key.witness) return signature_holds(key, text, signature);
    if (signature.size() <= kTimeSize) return false;
    const std::uint64_t seconds = seconds_of(signature);
    return seconds >> 63U == 0 && signature_holds(key, cosigned_text(seconds, text), signature.substr(kTimeSize));
}

std::string signature_line(const Key& key, std::string_view signature) {
    return std::string(kDash) + key.name + ' ' + to_base64(key.id + std::string(signature)) + '\n';
}

Note open_note(std::string_view bytes, std::span<const Key> keys) {
    Note note;
    const std::size_t blank = bytes.rfind("\n\n");
    if (bytes.size() > kMaxNote || blank == std::string_view::npos || !is_plain(bytes)) return note;
    const std::optional<std::vector<Line>> lines = parse_lines(bytes.substr(blank + 2));
    if (!lines) return note;
    note.text = bytes.substr(0, blank + 1);
    note.signing = Signing::kUnknownKey;
    for (const Line& line : *lines) {
        note.signers += (note.signers.empty() ? "" : ", ") + line.name + " (key " + to_hex(line.id) + ")";
        const auto key = std::find_if(keys.begin(), keys.end(),
                                      [&](const Key& k) { return k.name == line.name && k.id == line.id; });
        if (key == keys.end() || note.signing == Signing::kBadSignature) continue;
        if (!verifies(*key, note.text, line.signature)) {
            note.signing = Signing::kBadSignature;
        } else if (!key->witness) {
            note.signing = Signing::kGood;
        } else {
            note.witnesses.try_emplace(key->name, seconds_of(line.signature));
        }
    }
    return note;
}

std::optional<Checkpoint> parse_checkpoint(std::string_view text) {
    const std::optional<std::string_view> origin = take_line(text);
    const std::optional<std::string_view> size_line = take_line(text);
    const std::optional<std::string_view> root_line = take_line(text);
    if (!origin || origin->empty() || !size_line || !root_line) return std::nullopt;
    const std::optional<std::uint64_t> size = parse_number(*size_line);
    const std::optional<Hash> root = hash_from_base64(*root_line);
    if (!size || !root) return std::nullopt;
    return Checkpoint{std::string(*origin), *size, *root};
}

}  // namespace gateway::verify
